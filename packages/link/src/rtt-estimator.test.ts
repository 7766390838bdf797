import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RttEstimator } from './rtt-estimator.js';

describe('RttEstimator', () => {
  it('has cautious defaults before the first sample', () => {
    const rtt = new RttEstimator();
    expect([rtt.isKnown, rtt.smoothedMs, rtt.minMs, rtt.variationMs]).toEqual([false, 100, 100, 50]);
    expect(rtt.probeAfterMs).toBeCloseTo(315);
  });

  it('follows RFC 6298 through the first samples', () => {
    const rtt = new RttEstimator();
    rtt.add(80, 0);
    expect([rtt.smoothedMs, rtt.variationMs, rtt.minMs]).toEqual([80, 40, 80]);
    rtt.add(120, 0);
    // RTTVAR = 3/4 · 40 + 1/4 · |80 − 120|, then SRTT = 7/8 · 80 + 1/8 · 120
    expect(rtt.variationMs).toBeCloseTo(40);
    expect(rtt.smoothedMs).toBeCloseTo(85);
    expect(rtt.minMs).toBe(80);
  });

  it.each([-1, Number.NaN, 30_001, Number.POSITIVE_INFINITY])('ignores a sample of %s', (sample) => {
    const rtt = new RttEstimator();
    rtt.add(50, 0);
    rtt.add(sample, 0);
    expect([rtt.smoothedMs, rtt.minMs]).toEqual([50, 50]);
  });

  it('forgets the least round trip of the link before a hand-over within 30 s, and not before', () => {
    const rtt = new RttEstimator();
    for (let atMs = 0; atMs <= 10_000; atMs += 1000) rtt.add(20, atMs);
    const minAfterMs = new Map<number, number>();
    for (let atMs = 11_000; atMs <= 50_000; atMs += 1000) {
      rtt.add(300, atMs);
      minAfterMs.set(atMs - 10_000, rtt.minMs);
    }
    expect([1000, 26_000, 31_000, 40_000].map((ms) => minAfterMs.get(ms))).toEqual([20, 20, 300, 300]);
    // A single sample after a long pause is what is known then.
    rtt.add(80, 600_000);
    expect(rtt.minMs).toBe(80);
  });

  it('stays between the least and the greatest sample, and never probes before 1.2 RTT + 15 ms', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1 }), (samples) => {
        const rtt = new RttEstimator();
        for (const sample of samples) rtt.add(sample, 0);
        expect(rtt.minMs).toBe(Math.min(...samples));
        expect(rtt.smoothedMs).toBeGreaterThanOrEqual(rtt.minMs - 1e-6);
        expect(rtt.smoothedMs).toBeLessThanOrEqual(Math.max(...samples) + 1e-6);
        expect(rtt.probeAfterMs).toBeGreaterThanOrEqual(1.2 * rtt.smoothedMs + 15 - 1e-6);
      }),
    );
  });
});
