import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { PingTrain } from './ping-train.js';

describe('PingTrain', () => {
  it('calls so many times, and holds no timer afterwards', () => {
    const clock = new VirtualClock();
    const calls: number[] = [];
    const train = new PingTrain(clock, () => calls.push(clock.nowMs()));
    train.start({ intervalMs: 40, count: 3 });
    clock.advance(1000);
    expect(calls).toEqual([40, 80, 120]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('follows the latest wish, without starting over', () => {
    const clock = new VirtualClock();
    const calls: number[] = [];
    const train = new PingTrain(clock, () => calls.push(clock.nowMs()));
    train.start({ intervalMs: 100, count: 5 });
    clock.advance(90);
    train.start({ intervalMs: 100, count: 2 });
    clock.advance(15);
    train.start({ intervalMs: 20, count: 2 });
    clock.advance(1000);
    expect(calls).toEqual([100, 125, 145]);
    train.start({ intervalMs: 20, count: 9 });
    train.start({ intervalMs: 20, count: 0 });
    train.start({ intervalMs: 20, count: 9 });
    train.dispose();
    expect(clock.pendingTimers).toBe(0);
  });
});
