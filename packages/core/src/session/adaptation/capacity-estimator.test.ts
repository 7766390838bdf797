import { describe, expect, it } from 'vitest';
import { CapacityEstimator } from './capacity-estimator.js';

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

  it('rises to what three reports in a row got through without a queue', () => {
    const estimator = new CapacityEstimator();
    feed(estimator, 0, times(10, [5000, queueMs]));
    feed(estimator, 1000, [
      [9000, 5],
      [30_000, 5],
      [4000, 5],
      [9000, 5],
      [9000, queueMs],
      [20_000, 5],
      [12_000, 5],
    ]);
    expect(estimator.bytesPerSecond).toBe(5000);
    feed(estimator, 1700, [[9000, 5]]);
    expect(estimator.bytesPerSecond).toBe(9000);
  });

  it('forgets an old limit, later each time that it found the same one again', () => {
    const estimator = new CapacityEstimator();
    let nowMs = 0;
    const forgottenAfterMs = (rate: number): number => {
      feed(estimator, nowMs, times(10, [rate, queueMs]));
      const fromMs = nowMs + 900;
      for (nowMs = fromMs; estimator.bytesPerSecond !== undefined; nowMs += 1000)
        feed(estimator, nowMs, [[rate / 2, 5]]);
      return 1000 * Math.floor((nowMs - fromMs) / 1000);
    };
    const limits = [5000, 5000, 5500, 5000, 5000];
    expect(limits.map(forgottenAfterMs)).toEqual([22_000, 42_000, 82_000, 162_000, 162_000]);
    expect(forgottenAfterMs(20_000)).toBe(22_000);
  });
});
