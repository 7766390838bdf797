import { createSeededRandom } from '@eloquence/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LossEstimator } from './loss-estimator.js';

/** Feeds packets lost with this probability, 200 ms apart. */
function feed(estimator: LossEstimator, packets: number, loss: number, seed: number, startMs = 0): number {
  const random = createSeededRandom(seed);
  let changes = 0;
  for (let at = 0; at < packets; at++) {
    const isLost = random.next() < loss;
    if (estimator.add(isLost ? 0 : 1, isLost ? 1 : 0, startMs + 200 * at)) changes++;
  }
  return changes;
}

describe('LossEstimator', () => {
  it('believes in 1 % before it knows anything', () => {
    const estimator = new LossEstimator();
    expect([estimator.lossPercent, estimator.packets]).toEqual([1, 0]);
  });

  it.each([0, 0.02, 0.08, 0.2])('settles near a loss of %f', (loss) => {
    const estimates = [1, 2, 3, 4, 5].map((seed) => {
      const estimator = new LossEstimator();
      feed(estimator, 2000, loss, seed);
      return estimator.lossPercent / 100;
    });
    const mean = estimates.reduce((sum, value) => sum + value) / estimates.length;
    expect(Math.abs(mean - loss)).toBeLessThan(0.01 + 0.25 * loss);
  });

  it('notices within 60 packets that a clean link loses every tenth, and forgets the clean past', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const estimator = new LossEstimator();
      feed(estimator, 400, 0, seed);
      let packets = 0;
      const random = createSeededRandom(seed);
      for (;;) {
        const isLost = random.next() < 0.1;
        packets++;
        if (estimator.add(isLost ? 0 : 1, isLost ? 1 : 0, 1e6 + 200 * packets) === 'worse') break;
        if (packets > 200) throw new Error('not noticed');
      }
      expect(estimator.lossPercent).toBeGreaterThan(3);
    }
  });

  it('notices that a bad link became clean', () => {
    const estimator = new LossEstimator();
    feed(estimator, 400, 0.2, 3);
    expect(estimator.lossPercent).toBeGreaterThan(10);
    feed(estimator, 80, 0, 4, 1e6);
    expect(estimator.lossPercent).toBeLessThan(2);
  });

  it('takes what is lost in one burst for one observation', () => {
    const apart = new LossEstimator();
    const together = new LossEstimator();
    for (let at = 0; at < 300; at++) {
      apart.add(9, 1, 1000 * at);
      if (at % 4 === 0) together.add(36, 4, 1000 * at);
    }
    expect(Math.abs(apart.lossPercent - together.lossPercent)).toBeLessThan(2);
    expect(together.packets).toBeLessThan(0.5 * apart.packets);
  });

  it('hardly ever sees a change where there is none', () => {
    let changes = 0;
    for (let seed = 1; seed <= 10; seed++) changes += feed(new LossEstimator(), 4000, 0.01, seed);
    expect(changes).toBeLessThanOrEqual(10);
  });

  it('stays within 0–100 % whatever it is told', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(50), fc.nat(50), fc.nat(10_000)), { maxLength: 60 }),
        (reports) => {
          const estimator = new LossEstimator();
          for (const [arrived, lost, atMs] of reports) estimator.add(arrived, lost, atMs);
          expect(estimator.lossPercent).toBeGreaterThanOrEqual(0);
          expect(estimator.lossPercent).toBeLessThanOrEqual(100);
          expect(estimator.packets).toBeGreaterThanOrEqual(0);
          expect(estimator.packets).toBeLessThanOrEqual(800);
        },
      ),
      { numRuns: 100 },
    );
  });
});
