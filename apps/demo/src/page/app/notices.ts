import type { ArmId, Problem } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import type { RoomListener } from '../listening/room-listener.js';

/** Something that a person should know of, and what can be done. */
export interface Notice {
  readonly key: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly title: string;
  readonly hint: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface NoticeInputs {
  readonly i18n: I18n;
  readonly isConnected: boolean;
  readonly hasSession: boolean;
  readonly problems: readonly Problem[];
  readonly refusal: Problem | undefined;
  readonly listeners: ReadonlyMap<ArmId, Pick<RoomListener, 'state'>>;
  /** Something is to be played as soon as it would be heard here. */
  readonly isWaiting: boolean;
  readonly isLocked: boolean;
  readonly unlock: () => void;
}

/** What to tell the person in front of the page: what hides the rest first, and each thing once. */
export function collectNotices(inputs: NoticeInputs): Notice[] {
  const { i18n, problems, refusal } = inputs;
  if (problems.some(({ code }) => code === 'WRONG_SERVER'))
    return [{ ...texts(i18n, 'problem.wrongServer'), key: 'WRONG_SERVER', severity: 'error' }];
  if (!inputs.isConnected && inputs.hasSession)
    return [{ ...texts(i18n, 'problem.connectionLost'), key: 'CONNECTION_LOST', severity: 'error' }];
  const notices: Notice[] = [];
  if (inputs.isLocked)
    notices.push({
      ...texts(i18n, 'problem.locked'),
      key: 'LOCKED',
      severity: 'warning',
      action: { label: i18n.t('problem.enable'), run: inputs.unlock },
    });
  if (inputs.isWaiting) notices.push({ ...texts(i18n, 'problem.joining'), key: 'JOINING', severity: 'info' });
  for (const [arm, { state }] of inputs.listeners) notices.push(...ofRoom(i18n, arm, state));
  for (const problem of refusal === undefined ? problems : [refusal, ...problems])
    notices.push({
      key: `${problem.code}/${problem.arm ?? ''}`,
      severity: 'warning',
      title: problemTitle(i18n, problem),
      hint: problem.hint,
    });
  return notices;
}

/** What went wrong, in words for whoever listens; messages of errors are for whoever repairs it. */
export function errorText(i18n: I18n, code: string | undefined): string {
  return i18n.find(`error.${code ?? ''}`) ?? i18n.t('error.other');
}

/** What the person asked for, or can change, is told as the server says it: with names and numbers of their own. */
function problemTitle(i18n: I18n, { code, message, arm }: Problem): string {
  const words = arm === undefined ? (i18n.find(`error.${code}`) ?? message) : errorText(i18n, code);
  return arm === undefined ? words : i18n.t('problem.arm', { name: i18n.t(`arm.${arm}`), what: words });
}

function ofRoom(i18n: I18n, arm: ArmId, state: RoomListener['state']): Notice[] {
  const name = i18n.t(`arm.${arm}`);
  if (state.kind === 'failed')
    return [
      {
        key: `ROOM_FAILED/${arm}`,
        severity: 'error',
        title: i18n.t('problem.room', { name, message: state.message }),
        hint: i18n.t('problem.room.hint'),
      },
    ];
  if (state.kind === 'reconnecting')
    return [
      {
        key: `ROOM_LOST/${arm}`,
        severity: 'warning',
        title: i18n.t('problem.roomLost', { name }),
        hint: i18n.t('problem.roomLost.hint'),
      },
    ];
  return [];
}

function texts(
  i18n: I18n,
  id: 'problem.wrongServer' | 'problem.connectionLost' | 'problem.locked' | 'problem.joining',
): { title: string; hint: string } {
  return { title: i18n.t(id), hint: i18n.t(`${id}.hint`) };
}
