import { VirtualClock } from '@eloquence/base';
import type { LaneUtterance } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { MissedAcknowledgement } from './missed-acknowledgement.js';

function watch(
  limitMs: number,
  owedMs: ((nowMs: number) => number) | undefined,
): [VirtualClock, number[], () => void] {
  const clock = new VirtualClock();
  const missedAtMs: number[] = [];
  const lane = {} as LaneUtterance;
  if (owedMs) Object.defineProperty(lane, 'owedMs', { get: () => owedMs(clock.nowMs()) });
  const watcher = new MissedAcknowledgement({
    clock,
    lane,
    limitMs: () => limitMs,
    onDidMiss: () => missedAtMs.push(clock.nowMs()),
  });
  return [clock, missedAtMs, () => watcher.dispose()];
}

describe('MissedAcknowledgement', () => {
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

  it('arms no timer on a lane without acknowledgements', () => {
    const [clock] = watch(300, undefined);
    expect(clock.pendingTimers).toBe(0);
  });
});
