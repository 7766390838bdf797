import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { AckTimeout } from './ack-timeout.js';

function watch(
  limitMs: number,
  unackedForMs: (nowMs: number) => number,
): [VirtualClock, number[], () => void] {
  const clock = new VirtualClock();
  const missedAtMs: number[] = [];
  const timeout = new AckTimeout({
    clock,
    unackedForMs: () => unackedForMs(clock.nowMs()),
    limitMs: () => limitMs,
    onDidExpire: () => missedAtMs.push(clock.nowMs()),
  });
  return [clock, missedAtMs, () => timeout.dispose()];
}

describe('AckTimeout', () => {
  it('tells of a silence within 2 ms of the limit, and again as long as it lasts', () => {
    const silentFromMs = 1234;
    const [clock, missed, dispose] = watch(300, (nowMs) => Math.max(0, nowMs - silentFromMs));
    clock.advance(2300);
    expect(missed[0]! - silentFromMs).toBeGreaterThan(300);
    expect(missed[0]! - silentFromMs).toBeLessThanOrEqual(302);
    expect(missed.length).toBe(3);
    dispose();
    expect(clock.pendingTimers).toBe(0);
  });

  it('says nothing while acknowledgements come', () => {
    const [clock, missed, dispose] = watch(300, (nowMs) => nowMs % 290);
    clock.advance(20_000);
    expect(missed).toEqual([]);
    dispose();
  });
});
