import type { ArmId, Problem } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import type { ArmListener } from '../listening/arm-listener.js';
import type { Notice } from '../ui/problem-list.js';

export interface NoticeInputs {
  readonly i18n: Pick<I18n, 't'>;
  readonly isConnected: boolean;
  readonly hasSession: boolean;
  readonly problems: readonly Problem[];
  readonly refusal: Problem | undefined;
  readonly listeners: ReadonlyMap<ArmId, Pick<ArmListener, 'state'>>;
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
  for (const [arm, { state }] of inputs.listeners) notices.push(...ofRoom(i18n, arm, state));
  for (const problem of refusal === undefined ? problems : [refusal, ...problems])
    notices.push({
      key: `${problem.code}/${problem.arm ?? ''}`,
      severity: 'warning',
      title: problem.message,
      hint: problem.hint,
    });
  return notices;
}

function ofRoom(i18n: Pick<I18n, 't'>, arm: ArmId, state: ArmListener['state']): Notice[] {
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
  i18n: Pick<I18n, 't'>,
  id: 'problem.wrongServer' | 'problem.connectionLost' | 'problem.locked',
): { title: string; hint: string } {
  return { title: i18n.t(id), hint: i18n.t(`${id}.hint`) };
}
