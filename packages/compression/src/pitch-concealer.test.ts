import { createTestSpeech, rootMeanSquare } from '@eloquence/plugin-contracts';
import { describe, expect, it } from 'vitest';
import { PitchConcealer } from './pitch-concealer.js';

const sampleRateHz = 16000;

describe('PitchConcealer', () => {
  it('has nothing but silence before it heard 30 ms', () => {
    const concealer = new PitchConcealer(sampleRateHz);
    expect(rootMeanSquare(concealer.conceal(160))).toBe(0);
    concealer.remember(createTestSpeech(sampleRateHz, 20));
    expect(rootMeanSquare(concealer.conceal(160))).toBe(0);
  });

  it('goes on with the same pitch', () => {
    const periodSamples = 100;
    const wave = Int16Array.from({ length: 2000 }, (_, i) =>
      Math.round(
        5000 * Math.sin((2 * Math.PI * i) / periodSamples) +
          2000 * Math.sin((4 * Math.PI * i) / periodSamples),
      ),
    );
    const concealer = new PitchConcealer(sampleRateHz);
    concealer.remember(wave.subarray(0, 1200));
    const filled = concealer.conceal(160);
    for (let i = 0; i < 160; i++) expect(Math.abs(filled[i]! - wave[1200 + i]!)).toBeLessThan(150);
  });

  it('fades, and is silent after 60 ms', () => {
    const concealer = new PitchConcealer(sampleRateHz);
    concealer.remember(createTestSpeech(sampleRateHz, 200));
    const levels = Array.from({ length: 8 }, () => rootMeanSquare(concealer.conceal(160)));
    expect(levels[4]).toBeLessThan(levels[0]! / 2);
    expect(levels.slice(6)).toEqual([0, 0]);
  });

  it('leaves frames alone when nothing was concealed', () => {
    const concealer = new PitchConcealer(sampleRateHz);
    const speech = createTestSpeech(sampleRateHz, 40);
    const frame = Int16Array.from(speech);
    concealer.remember(frame);
    expect(frame).toEqual(speech);
  });

  it.each([-1, 1.5, Number.NaN, 16001])('refuses a gap of %s samples', (count) => {
    expect(() => new PitchConcealer(sampleRateHz).conceal(count)).toThrow(
      expect.objectContaining({ code: 'CODEC_FAILED' }),
    );
  });
});
