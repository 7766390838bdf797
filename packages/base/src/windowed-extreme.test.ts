import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, theilSenSlope } from './statistics.js';
import { WindowedExtreme } from './windowed-extreme.js';

describe('WindowedExtreme', () => {
  it('is the extreme of what was added within the window, to a tenth of it', () => {
    const samples = fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.nat(400)), { minLength: 1 });
    fc.assert(
      fc.property(samples, (steps) => {
        const least = new WindowedExtreme('least', 1000);
        const seen: { value: number; atMs: number }[] = [];
        let nowMs = -500;
        for (const [value, waitMs] of steps) {
          nowMs += waitMs;
          least.add(value, nowMs);
          seen.push({ value, atMs: nowMs });
          const surely = seen.filter(({ atMs }) => atMs > nowMs - 900).map((entry) => entry.value);
          const atMost = seen.filter(({ atMs }) => atMs > nowMs - 1000).map((entry) => entry.value);
          expect(least.at(nowMs)).toBeLessThanOrEqual(Math.min(...surely));
          expect(least.at(nowMs)).toBeGreaterThanOrEqual(Math.min(...atMost));
        }
        expect(least.at(nowMs + 1100)).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });
});

describe('statistics', () => {
  it('finds the slope of a line through a quarter of outliers', () => {
    const points = Array.from({ length: 16 }, (_, x) => ({ x, y: x % 4 === 1 ? 1e4 : 7 + 3 * x }));
    expect(theilSenSlope(points)).toBeCloseTo(3, 6);
    expect(theilSenSlope(points.slice(0, 2))).toBe(0);
    expect(theilSenSlope(points.map(({ y }) => ({ x: 1, y })))).toBe(0);
  });

  it('gives quantiles by nearest rank', () => {
    expect([0, 0.2, 0.5, 0.95, 1].map((share) => quantile([5, 1, 4, 2, 3], share))).toEqual([1, 1, 3, 5, 5]);
    expect(quantile([], 0.5)).toBe(0);
  });
});
