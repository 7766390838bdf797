import { percentile } from '@eloquence/testbed';
import { createSeededRandom } from '@eloquence/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapQuantile, bootstrapRatio, wilson } from './estimate.js';

const values = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('wilson', () => {
  it('holds the share, and is symmetric between successes and failures', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (successes, failures) => {
        const n = successes + failures;
        fc.pre(n > 0);
        const one = wilson(successes, n);
        const other = wilson(failures, n);
        expect(one.low!).toBeLessThanOrEqual(one.value!);
        expect(one.high!).toBeGreaterThanOrEqual(one.value!);
        expect(one.low!).toBeCloseTo(1 - other.high!, 12);
      }),
    );
  });

  it('says nothing of nothing', () => {
    expect(wilson(0, 0)).toEqual({ value: null, low: null, high: null, n: 0 });
  });
});

describe('bootstrapQuantile', () => {
  it('gives the quantile within its interval, within the values', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (all, share, seed) => {
        const { value, low, high, n } = bootstrapQuantile(all, share, createSeededRandom(seed));
        expect(value).toBe(percentile(all, share));
        expect(n).toBe(all.length);
        expect(low!).toBeLessThanOrEqual(high!);
        expect(low!).toBeGreaterThanOrEqual(Math.min(...all));
        expect(high!).toBeLessThanOrEqual(Math.max(...all));
      }),
      { numRuns: 20 },
    );
  });

  it('covers the median of the distribution about as often as it says', () => {
    const random = createSeededRandom(7);
    let covered = 0;
    const trials = 150;
    for (let trial = 0; trial < trials; trial++) {
      const sample = Array.from({ length: 50 }, () => -Math.log(1 - random.next()));
      const { low, high } = bootstrapQuantile(sample, 0.5, random);
      if (low! <= Math.LN2 && Math.LN2 <= high!) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.88);
    expect(covered / trials).toBeLessThan(0.995);
  });

  it('gives the same interval with the same seed, and another with another', () => {
    const sample = Array.from({ length: 30 }, (_, at) => at * at);
    const interval = (seed: number): unknown => bootstrapQuantile(sample, 0.9, createSeededRandom(seed));
    expect(interval(3)).toEqual(interval(3));
    expect(interval(3)).not.toEqual(interval(4));
  });

  it('says nothing of nothing, and is certain of one value', () => {
    expect(bootstrapQuantile([], 0.5, createSeededRandom(1)).value).toBeNull();
    expect(bootstrapQuantile([5], 0.95, createSeededRandom(1))).toEqual({ value: 5, low: 5, high: 5, n: 1 });
  });
});

describe('bootstrapRatio', () => {
  it('is the ratio of the sums, not the mean of the ratios', () => {
    const { value, low, high, n } = bootstrapRatio(
      [
        [0, 100],
        [1000, 9000],
      ],
      createSeededRandom(1),
    );
    expect([value, n]).toEqual([0.01, 2]);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(100 / 9000, 6);
  });

  it('says nothing where there is no whole', () => {
    expect(bootstrapRatio([[1], [0]], createSeededRandom(1)).value).toBeNull();
  });
});
