import { describe, expect, it } from 'vitest';
import { Cusum, VarianceBaseline } from './cusum.js';
import { createSeededRandom } from './seeded-random.js';

const slow = { slack: 1.5, threshold: 6 };
const detectorOf = (options: typeof slow): Cusum =>
  new Cusum({ ...options, baseline: new VarianceBaseline(1) });

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Samples until the alarm after a step of `sigmas`, seen from many seeds; the median. */
function delayOfDetection(options: typeof slow, sigmas: number): number {
  const delays: number[] = [];
  for (let seed = 1; seed <= 101; seed++) {
    const random = createSeededRandom(seed);
    const detector = detectorOf(options);
    for (let count = 0; count < 60; count++) detector.add(50 + 10 * normal(() => random.next()));
    let delay = 1;
    while (delay < 100 && !detector.add(50 + 10 * (sigmas + normal(() => random.next())))) delay++;
    delays.push(delay);
  }
  return delays.sort((a, b) => a - b)[50]!;
}

describe('Cusum over a VarianceBaseline', () => {
  it('finds larger steps sooner, and with the sensitive setting sooner still', () => {
    const large = delayOfDetection(slow, 5);
    const small = delayOfDetection(slow, 3);
    const sensitive = delayOfDetection({ ...slow, slack: 1, threshold: 4 }, 3);
    expect(large).toBeLessThanOrEqual(small);
    expect(sensitive).toBeLessThan(small);
    expect(small).toBeLessThanOrEqual(8);
  });

  it('gives few false alarms on a still link', () => {
    const random = createSeededRandom(5);
    const detector = detectorOf(slow);
    let alarms = 0;
    for (let count = 0; count < 72_000; count++)
      if (detector.add(50 + 10 * normal(() => random.next()))) alarms++;
    // An hour of samples every 50 ms; the baseline is learnt from few samples, so a few are expected.
    expect(alarms).toBeLessThan(40);
  });

  it('does not take one outlier for a change, however large', () => {
    const detector = detectorOf(slow);
    for (let count = 0; count < 50; count++) detector.add(10 + (count % 3));
    expect(detector.add(1e9)).toBe(false);
    expect(detector.suspicion).toBeGreaterThan(0);
    for (let count = 0; count < 5; count++) expect(detector.add(11)).toBe(false);
    expect(detector.suspicion).toBe(0);
  });

  it('looks in one direction only, and learns the new level after an alarm', () => {
    const detector = detectorOf(slow);
    for (let count = 0; count < 30; count++) detector.add(100 + (count % 2));
    for (let count = 0; count < 30; count++) expect(detector.add(10 + (count % 2))).toBe(false);
    let alarms = 0;
    for (let count = 0; count < 200; count++) if (detector.add(500 + (count % 2))) alarms++;
    expect(alarms).toBe(1);
  });
});
