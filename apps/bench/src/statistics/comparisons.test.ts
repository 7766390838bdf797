import { createSeededRandom } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { bootstrapQuantileRatio, bootstrapRatioDifference, inPercent, NO_ESTIMATE } from './estimate.js';

const values = Array.from({ length: 60 }, (_, at) => 100 + at);

describe('bootstrapQuantileRatio', () => {
  it('is 1 for the same values, within its interval', () => {
    const { value, low, high, n } = bootstrapQuantileRatio(values, values, 0.5, createSeededRandom(1));
    expect([value, n]).toEqual([1, 60]);
    expect(low).toBeLessThan(1);
    expect(high).toBeGreaterThan(1);
  });

  it('tells by how much one is larger, and is sure of it', () => {
    const half = values.map((value) => value / 2);
    const { value, low } = bootstrapQuantileRatio(values, half, 0.5, createSeededRandom(1));
    expect(value).toBe(2);
    expect(low).toBeGreaterThan(1.5);
  });

  it('is nothing without values, or by nothing', () => {
    const random = createSeededRandom(1);
    for (const [own, other] of [
      [[], values],
      [values, []],
      [values, [0, 0]],
    ] as const)
      expect(bootstrapQuantileRatio(own, other, 0.5, random)).toEqual(NO_ESTIMATE);
  });
});

describe('bootstrapRatioDifference', () => {
  it('weighs every part by its whole', () => {
    const { value, low, high, n } = bootstrapRatioDifference(
      [
        [10, 0, 20],
        [100, 100, 100],
      ],
      [
        [0, 0],
        [50, 150],
      ],
      createSeededRandom(1),
    );
    expect(value).toBeCloseTo(0.1);
    expect(n).toBe(2);
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(0.2);
  });

  it('is nothing where there is nothing to compare with', () => {
    const nothing = [[], []] as const;
    expect(bootstrapRatioDifference([[1], [2]], nothing, createSeededRandom(1))).toEqual(NO_ESTIMATE);
  });
});

describe('inPercent', () => {
  it('keeps what is not known', () => {
    expect(inPercent({ value: 0.5, low: null, high: 1, n: 2 })).toEqual({
      ...{ value: 50, low: null, high: 100, n: 2 },
    });
  });
});
