import { describe, expect, it } from 'vitest';
import { CapacityEstimator, queueThresholdMs } from './capacity-estimator.js';

const queueMs = 200;

function feed(
  estimator: CapacityEstimator,
  startMs: number,
  samples: readonly (readonly [rate: number, owdMs: number])[],
): boolean {
  let hasDropped = false;
  for (const [at, [rate, owdMs]] of samples.entries()) {
    const isDrop = estimator.add({
      atMs: startMs + 100 * at,
      rateBytesPerSecond: rate,
      owdVariationMs: owdMs,
      minRttMs: 50,
    });
    hasDropped ||= isDrop;
  }
  return hasDropped;
}

const times = <T>(count: number, item: T): T[] => new Array<T>(count).fill(item);

describe('CapacityEstimator', () => {
  it('does not take the rate of a slow source for that of the link', () => {
    const estimator = new CapacityEstimator();
    feed(estimator, 0, times(100, [3000, 5]));
    expect(estimator.bytesPerSecond).toBeUndefined();
  });

  it('takes the rate under a standing queue for the capacity, but not after one late packet', () => {
    const estimator = new CapacityEstimator();
    feed(estimator, 0, [
      [3000, 5],
      [3000, 90],
      [3000, 5],
    ]);
    expect(estimator.bytesPerSecond).toBeUndefined();
    feed(estimator, 1000, times(6, [5000, queueMs]));
    expect(estimator.bytesPerSecond).toBe(5000);
  });

  it('does not believe in a far slower link for the moment in which repeats fill it', () => {
    const estimator = new CapacityEstimator();
    const add = (atMs: number): boolean =>
      estimator.add({
        atMs,
        rateBytesPerSecond: 3000,
        owdVariationMs: queueMs,
        minRttMs: 200,
        rateMaxBytesPerSecond: 12_000,
      });
    for (let atMs = 0; atMs < 600; atMs += 50) add(atMs);
    expect(estimator.bytesPerSecond).toBeUndefined();
    add(600);
    expect(estimator.bytesPerSecond).toBe(3000);
  });

  it('tells a drop, and follows it at once', () => {
    const estimator = new CapacityEstimator();
    expect(feed(estimator, 0, times(10, [100_000, queueMs]))).toBe(false);
    expect(feed(estimator, 1000, times(4, [20_000, queueMs]))).toBe(true);
    expect(estimator.bytesPerSecond).toBe(20_000);
  });

  it('rises to what some reports in a row got through without a queue, over half a second', () => {
    const estimator = new CapacityEstimator();
    feed(estimator, 0, times(10, [5000, queueMs]));
    feed(estimator, 1000, [
      ...times(5, [9000, 5] as const),
      [4000, 5],
      ...times(5, [9000, 5] as const),
      [9000, queueMs],
    ]);
    expect(estimator.bytesPerSecond).toBe(5000);
    feed(estimator, 2200, [...times(4, [20_000, 5] as const), [9000, 5]]);
    expect(estimator.bytesPerSecond).toBe(5000);
    feed(estimator, 2700, [[12_000, 5]]);
    expect(estimator.bytesPerSecond).toBe(9000);
  });

  /** Sends without a queue until the limit is forgotten. */
  function sendUntilForgotten(estimator: CapacityEstimator, fromMs: number, rate: number): number {
    let nowMs = fromMs;
    while (estimator.bytesPerSecond !== undefined) feed(estimator, (nowMs += 1000), [[rate / 2, 5]]);
    return nowMs - fromMs;
  }

  it('forgets an old limit, later each time that it found the same one again', () => {
    const estimator = new CapacityEstimator();
    let nowMs = 0;
    const forgottenAfterMs = (rate: number): number => {
      feed(estimator, nowMs, times(10, [rate, queueMs]));
      const elapsedMs = sendUntilForgotten(estimator, nowMs + 900, rate);
      nowMs += 900 + elapsedMs;
      return elapsedMs;
    };
    const limits = [5000, 5000, 5500, 5000, 5000];
    expect(limits.map(forgottenAfterMs)).toEqual([21_000, 41_000, 81_000, 161_000, 161_000]);
    expect(forgottenAfterMs(20_000)).toBe(21_000);
  });

  it('forgets nothing in a pause, nor while a queue builds', () => {
    const estimator = new CapacityEstimator();
    feed(estimator, 0, times(10, [5000, queueMs]));
    feed(estimator, 60_000, [[2500, 5]]);
    expect(estimator.bytesPerSecond).toBe(5000);
    for (let nowMs = 61_000; nowMs <= 79_000; nowMs += 1000) feed(estimator, nowMs, [[2500, 5]]);
    feed(estimator, 85_000, [[2500, 5]]);
    feed(estimator, 85_900, [[2500, queueMs]]);
    expect(estimator.bytesPerSecond).toBe(5000);
  });

  it('is as quick to forget as at first after a drop or a rise', () => {
    const grown = (): CapacityEstimator => {
      const estimator = new CapacityEstimator();
      feed(estimator, 0, times(10, [5000, queueMs]));
      sendUntilForgotten(estimator, 900, 5000);
      feed(estimator, 30_000, times(10, [5000, queueMs]));
      return estimator;
    };
    const steady = grown();
    expect(sendUntilForgotten(steady, 30_900, 5000)).toBe(41_000);
    const dropped = grown();
    feed(dropped, 31_000, times(4, [1000, queueMs]));
    expect(sendUntilForgotten(dropped, 31_300, 1000)).toBe(21_000);
    const risen = grown();
    feed(risen, 31_000, times(6, [9000, 5]));
    expect(sendUntilForgotten(risen, 31_500, 9000)).toBe(21_000);
  });

  it('takes a queue of half a round trip, at least 40 ms, for one', () => {
    expect(queueThresholdMs(20)).toBe(40);
    expect(queueThresholdMs(400)).toBe(200);
  });
});
