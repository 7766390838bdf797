import type { RandomSource } from '@eloquence/plugin-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AbsoluteDeviationBaseline, Cusum } from './cusum.js';
import { createSeededRandom } from './seeded-random.js';

const fast = { slack: 1, threshold: 4 };
const detectorOf = (options: typeof fast): Cusum =>
  new Cusum({ ...options, baseline: new AbsoluteDeviationBaseline(0.1) });
const sampleMs = 50;

/** Normal noise with an autocorrelation of 0.3, of deviation 1, as one-way delays of neighbouring packets have. */
function noise(random: RandomSource): () => number {
  let last = 0;
  return () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    last = 0.3 * last + Math.sqrt(1 - 0.09) * normal;
    return last;
  };
}

describe('Cusum over an AbsoluteDeviationBaseline', () => {
  it('cries wolf at most four times a minute on a stationary link', () => {
    const detector = detectorOf(fast);
    const next = noise(createSeededRandom(1));
    let alarms = 0;
    const hours = 10;
    for (let at = 0; at < (hours * 3_600_000) / sampleMs; at++) if (detector.add(20 + next())) alarms++;
    expect(alarms / hours).toBeGreaterThan(0);
    expect(alarms / hours).toBeLessThan(240);
  });

  it('is far quieter with more slack and a higher threshold', () => {
    const detector = detectorOf({ ...fast, slack: 1.5, threshold: 6 });
    const next = noise(createSeededRandom(2));
    let alarms = 0;
    for (let at = 0; at < 10 * 72_000; at++) if (detector.add(20 + next())) alarms++;
    expect(alarms / 10).toBeLessThan(10);
  });

  for (const [deviations, medianMs, slowMs] of [
    [3, 250, 400],
    [5, 200, 250],
  ] as const) {
    it(`notices a step of ${deviations} deviations within ${medianMs} ms mostly, ${slowMs} ms nearly always`, () => {
      const delaysMs: number[] = [];
      for (let seed = 1; seed <= 400; seed++) {
        const detector = detectorOf(fast);
        const next = noise(createSeededRandom(seed));
        for (let at = 0; at < 100; at++) detector.add(20 + next());
        let count = 1;
        while (count < 100 && !detector.add(20 + deviations + next())) count++;
        delaysMs.push(count * sampleMs);
      }
      delaysMs.sort((a, b) => a - b);
      expect(delaysMs[200]).toBeLessThanOrEqual(medianMs);
      expect(delaysMs[380]).toBeLessThanOrEqual(slowMs);
    });
  }

  it('does not alarm on one outlier, however large, nor on a change for the better', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 200 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (n, size) => {
          const detector = detectorOf(fast);
          for (let at = 0; at < n; at++) expect(detector.add(50 + (at % 2))).toBe(false);
          expect(detector.add(50 + size)).toBe(false);
          for (let at = 0; at < 50; at++) expect(detector.add(50 - Math.min(50, size))).toBe(false);
        },
      ),
    );
  });

  it('foretells what adding a sample will do', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 200 }), (samples) => {
        const detector = detectorOf(fast);
        for (const sample of samples) {
          const foretold = detector.wouldAlarm(sample);
          expect(detector.add(sample)).toBe(foretold);
          expect(detector.sum).toBeGreaterThanOrEqual(0);
          expect(detector.sum).toBeLessThanOrEqual(fast.threshold);
        }
      }),
    );
  });

  it('takes a new level for usual after its alarm', () => {
    const baseline = new AbsoluteDeviationBaseline(0.1);
    const detector = new Cusum({ ...fast, baseline });
    const next = noise(createSeededRandom(3));
    for (let at = 0; at < 200; at++) detector.add(20 + next());
    let alarms = 0;
    for (let at = 0; at < 200; at++) if (detector.add(60 + next())) alarms++;
    expect(alarms).toBeGreaterThanOrEqual(1);
    expect(alarms).toBeLessThanOrEqual(4);
    expect(baseline.level).toBeGreaterThan(58);
  });
});
