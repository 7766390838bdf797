import { describe, expect, it } from 'vitest';
import type { UtteranceFigures } from './figures.js';
import { percentile } from './formulas.js';
import { summarise } from './summary.js';

function figures(changes: Partial<UtteranceFigures>): UtteranceFigures {
  return {
    audioMs: 1000,
    timeToFirstAudioMs: 30,
    timeToPlayoutStartMs: null,
    deliveryMs: 100,
    efficiencyPercent: 90,
    referenceEfficiencyPercent: null,
    overheadPerChunkMs: 0.1,
    stallMs: 0,
    stalls: 0,
    concealedMs: 0,
    stabilityPercent: 100,
    framesSent: 50,
    framesPlayed: 50,
    framesLost: 0,
    framesDuplicated: 0,
    payloadBytes: 3000,
    wireBytes: 4000,
    wireEfficiencyPercent: 75,
    goodputBytesPerSecond: 30_000,
    sha256Sent: 'aa',
    sha256Heard: 'aa',
    ...changes,
  };
}

describe('percentile', () => {
  it('interpolates linearly between order statistics', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(percentile([10, 20, 30, 40, 50], 0.95)).toBeCloseTo(48, 9);
    expect(percentile([7], 0.95)).toBe(7);
  });

  it('has none for no values', () => {
    expect(percentile([], 0.5)).toBeNull();
  });

  it('leaves its input alone', () => {
    const values = [3, 1, 2];
    percentile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('summarise', () => {
  it('takes the median of times and the total of counts', () => {
    const {
      figures: one,
      values,
      p50,
      p95,
    } = summarise([
      figures({ timeToFirstAudioMs: 30, framesLost: 1, stalls: 1 }),
      figures({ timeToFirstAudioMs: 50, framesLost: 0, stalls: 2 }),
      figures({ timeToFirstAudioMs: 40, framesLost: 4 }),
    ]);
    expect(one.timeToFirstAudioMs).toBe(40);
    expect(one.framesLost).toBe(5);
    expect(one.stalls).toBe(3);
    expect(values.timeToFirstAudioMs).toEqual([30, 50, 40]);
    expect(p50.framesLost).toBe(1);
    expect(p95.timeToFirstAudioMs).toBeCloseTo(49, 9);
  });

  it('keeps what is not defined apart', () => {
    const {
      figures: one,
      values,
      p95,
    } = summarise([figures({ deliveryMs: null }), figures({ deliveryMs: 80 })]);
    expect(one.deliveryMs).toBe(80);
    expect(one.referenceEfficiencyPercent).toBeNull();
    expect(values.deliveryMs).toEqual([null, 80]);
    expect(p95.referenceEfficiencyPercent).toBeNull();
  });

  it('has equal digests exactly if those of all utterances are equal', () => {
    const equal = summarise([figures({}), figures({ sha256Sent: 'bb', sha256Heard: 'bb' })]).figures;
    expect(equal.sha256Heard).toBe(equal.sha256Sent);
    const different = summarise([figures({}), figures({ sha256Sent: 'bb', sha256Heard: 'bc' })]).figures;
    expect(different.sha256Heard).not.toBe(different.sha256Sent);
    expect(summarise([figures({ sha256Heard: null }), figures({})]).figures.sha256Heard).toBeNull();
  });
});
