import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from './wilson-interval.js';

describe('wilsonInterval', () => {
  it('agrees with published values', () => {
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for (const [successes, trials, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const interval = wilsonInterval(successes / trials, trials, 1.959964);
      expect(interval.low).toBeCloseTo(low, 4);
      expect(interval.high).toBeCloseTo(high, 4);
    }
  });

  it('holds everything without trials', () => {
    expect(wilsonInterval(0, 0, 2)).toEqual({ low: 0, high: 1 });
  });

  it('contains the share, and narrows with trials and with less doubt', () => {
    const width = (share: number, trials: number, deviations: number): number => {
      const { low, high } = wilsonInterval(share, trials, deviations);
      expect(low).toBeLessThanOrEqual(share + 1e-12);
      expect(high).toBeGreaterThanOrEqual(share - 1e-12);
      return high - low;
    };
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, fc.integer({ min: 1, max: 10_000 }), (seen, trials) => {
        expect(width(seen, 2 * trials, 2)).toBeLessThan(width(seen, trials, 2));
        expect(width(seen, trials, 1)).toBeLessThan(width(seen, trials, 2));
      }),
    );
  });
});
