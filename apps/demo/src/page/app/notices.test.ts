import { describe, expect, it } from 'vitest';
import type { ArmId } from '../../protocol.js';
import { I18n } from '../i18n/i18n.js';
import type { ListenerState } from '../listening/room-listener.js';
import { type NoticeInputs, collectNotices } from './notices.js';

const calm: NoticeInputs = {
  i18n: new I18n('en'),
  isConnected: true,
  hasSession: true,
  problems: [],
  refusal: undefined,
  listeners: new Map(),
  isWaiting: false,
  isLocked: false,
  unlock: () => undefined,
};
const problem = { code: 'NO_RECEIVER', message: 'Nobody listens.', hint: 'Open a page.' };
const rooms = (state: ListenerState) => new Map<ArmId, { state: ListenerState }>([['track', { state }]]);
const keys = (inputs: Partial<NoticeInputs>) => collectNotices({ ...calm, ...inputs }).map(({ key }) => key);

describe('collectNotices', () => {
  it('says nothing where nothing is wrong', () => {
    expect(keys({})).toEqual([]);
    expect(keys({ listeners: rooms({ kind: 'listening' }) })).toEqual([]);
    expect(keys({ isConnected: false, hasSession: false })).toEqual([]);
  });

  it('says only what hides the rest', () => {
    expect(keys({ isConnected: false, problems: [problem], isLocked: true })).toEqual(['CONNECTION_LOST']);
    expect(keys({ problems: [{ ...problem, code: 'WRONG_SERVER' }, problem] })).toEqual(['WRONG_SERVER']);
  });

  it('names the arm whose room is lost, and what the server told', () => {
    const found = collectNotices({
      ...calm,
      listeners: rooms({ kind: 'failed', message: 'no route' }),
      problems: [problem],
    });
    expect(found.map(({ title }) => title)).toEqual([
      'The room of LiveKit track cannot be joined: no route',
      'Nobody listens.',
    ]);
    expect(keys({ listeners: rooms({ kind: 'reconnecting' }) })).toEqual(['ROOM_LOST/track']);
  });

  it('offers one button where the sound is locked', () => {
    let unlocked = 0;
    const [notice] = collectNotices({ ...calm, isLocked: true, unlock: () => unlocked++ });
    expect(notice?.action?.label).toBe('Enable sound');
    notice?.action?.run();
    expect(unlocked).toBe(1);
  });

  it('says that it waits for the rooms', () => {
    expect(keys({ isWaiting: true })).toEqual(['JOINING']);
  });

  it('says in words what went wrong on an arm, without names of participants and counts of frames', () => {
    const technical = {
      message: "Receiver 'page-1f2e' left after 213 frames.",
      hint: '',
      arm: 'track',
    } as const;
    const titles = (code: string) =>
      collectNotices({ ...calm, problems: [{ ...technical, code }] }).map(({ title }) => title);
    expect(titles('RECEIVER_LEFT')).toEqual(['LiveKit track: The listener left before the end.']);
    expect(titles('PACKET_MALFORMED')).toEqual(['LiveKit track: Something went wrong inside.']);
  });
});
