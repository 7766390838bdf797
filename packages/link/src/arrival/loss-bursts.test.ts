import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LossBursts } from './loss-bursts.js';

describe('LossBursts', () => {
  it('takes a run for as many spacings as packets were lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 6 })), {
          minLength: 1,
          maxLength: 16,
        }),
        fc.integer({ min: 1, max: 100 }),
        (runs, spacingMs) => {
          const bursts = new LossBursts();
          let position = 0;
          const add = (): void => bursts.add(7, position, 65_000 + position * spacingMs);
          add();
          for (const [arrived, lost] of runs) {
            for (let count = 0; count < arrived; count++) {
              position++;
              add();
            }
            position += lost + 1;
            add();
          }
          const lengths = runs.map(([, lost]) => lost).filter((lost) => lost > 0);
          const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
          expect(bursts.meanMs).toBeCloseTo(mean * spacingMs, 6);
        },
      ),
    );
  });

  it('takes a pause that is longer than a send time counts for no run', () => {
    const bursts = new LossBursts();
    bursts.add(1, 0, 1000);
    bursts.add(1, 2, 1000 + 65_536 + 400);
    expect(bursts.meanMs).toBe(0);
    bursts.add(1, 4, 1000 + 65_536 + 600);
    expect(bursts.meanMs).toBe(100);
  });

  it('knows of no run across utterances, and ignores what comes out of order', () => {
    const bursts = new LossBursts();
    bursts.add(1, 0, 0);
    bursts.add(2, 5, 100);
    bursts.add(2, 4, 80);
    expect(bursts.meanMs).toBe(0);
    bursts.add(2, 7, 140);
    expect(bursts.meanMs).toBe(20);
  });
});
