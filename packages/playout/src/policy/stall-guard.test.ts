import { describe, expect, it } from 'vitest';
import { type ShortageInputs, shouldFill, shouldPauseEarly, shouldStretch } from './playout-policy.js';

const blocked: ShortageInputs = {
  bufferAheadMs: 100,
  isPlayableToEnd: false,
  isBlocked: true,
  sinceFrameMs: 0,
  spacingMs: 25,
  retransmissionInMs: 50,
};

describe('the rules before a stall', () => {
  it('stretch when less than 150 ms are left and what follows is late', () => {
    expect(shouldStretch(blocked)).toBe(true);
    expect(shouldStretch({ ...blocked, bufferAheadMs: 150 })).toBe(false);
    expect(shouldStretch({ ...blocked, isBlocked: false, sinceFrameMs: 39 })).toBe(false);
    expect(shouldStretch({ ...blocked, isBlocked: false, sinceFrameMs: 41 })).toBe(true);
    expect(shouldStretch({ ...blocked, isBlocked: false, sinceFrameMs: 41, spacingMs: 85 })).toBe(false);
    expect(shouldStretch({ ...blocked, isPlayableToEnd: true })).toBe(false);
  });

  it('fill a gap whose repeat is near, for 60 ms at most', () => {
    expect(shouldFill(blocked, 0)).toBe(true);
    expect(shouldFill({ ...blocked, retransmissionInMs: undefined }, 0)).toBe(true);
    expect(shouldFill({ ...blocked, retransmissionInMs: 61 }, 0)).toBe(false);
    expect(shouldFill({ ...blocked, retransmissionInMs: 61 }, 10)).toBe(true);
    expect(shouldFill(blocked, 60)).toBe(false);
    expect(shouldFill({ ...blocked, isBlocked: false }, 0)).toBe(false);
  });

  it('pause early in a pause of the speech only, when the repeat is far', () => {
    const far = { ...blocked, bufferAheadMs: 40, retransmissionInMs: 101 };
    expect(shouldPauseEarly(far, true)).toBe(true);
    expect(shouldPauseEarly(far, false)).toBe(false);
    expect(shouldPauseEarly({ ...far, retransmissionInMs: 100 }, true)).toBe(false);
    expect(shouldPauseEarly({ ...far, retransmissionInMs: undefined }, true)).toBe(false);
    expect(shouldPauseEarly({ ...far, bufferAheadMs: 61, retransmissionInMs: 500 }, true)).toBe(false);
  });
});
