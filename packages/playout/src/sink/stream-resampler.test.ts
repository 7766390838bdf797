import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamResampler } from './stream-resampler.js';

function tone(frequencyHz: number, rateHz: number, count: number): Int16Array {
  return Int16Array.from({ length: count }, (_, at) =>
    Math.round(16_000 * Math.sin((2 * Math.PI * frequencyHz * at) / rateHz)),
  );
}

function convert(pcm: Int16Array, fromHz: number, toHz: number, cuts: readonly number[] = []): Float32Array {
  const resampler = new StreamResampler(fromHz, toHz);
  const out: number[] = [];
  let at = 0;
  for (const cut of [...cuts, pcm.length]) {
    const end = Math.min(pcm.length, at + cut);
    out.push(...resampler.push(pcm.subarray(at, end)));
    at = end;
  }
  out.push(...resampler.finish());
  return Float32Array.from(out);
}

/** Signal-to-noise ratio against the tone that should have come out, dB; the ends are left out. */
function snrDb(out: Float32Array, frequencyHz: number, rateHz: number): number {
  let signal = 0;
  let noise = 0;
  for (let at = 200; at < out.length - 200; at++) {
    const wanted = (16_000 / 32_768) * Math.sin((2 * Math.PI * frequencyHz * at) / rateHz);
    signal += wanted * wanted;
    noise += (out[at]! - wanted) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

describe('the resampler', () => {
  it.each([
    [24_000, 48_000],
    [24_000, 44_100],
    [16_000, 44_100],
    [8000, 48_000],
    [48_000, 44_100],
    [48_000, 24_000],
    [44_100, 48_000],
    [24_000, 24_000],
  ])('%i → %i Hz keeps tones where and as they are', (fromHz, toHz) => {
    for (const frequencyHz of [200, 1000, 3000]) {
      const out = convert(tone(frequencyHz, fromHz, fromHz / 2), fromHz, toHz);
      expect(out.length).toBe(Math.ceil(toHz / 2));
      expect(snrDb(out, frequencyHz, toHz)).toBeGreaterThan(60);
    }
  });

  it('lets nothing through that the lower rate cannot carry', () => {
    const out = convert(tone(9000, 48_000, 24_000), 48_000, 16_000);
    let peak = 0;
    for (const sample of out.subarray(200, -200)) peak = Math.max(peak, Math.abs(sample));
    expect(peak).toBeLessThan(0.001);
  });

  it('gives the same however the stream is cut', () => {
    const pcm = tone(700, 24_000, 5000);
    const whole = convert(pcm, 24_000, 44_100);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 20 }), (cuts) => {
        expect(convert(pcm, 24_000, 44_100, cuts)).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('begins anew after its end', () => {
    const resampler = new StreamResampler(24_000, 48_000);
    const pcm = tone(500, 24_000, 2400);
    const once = [...resampler.push(pcm), ...resampler.finish()];
    const again = [...resampler.push(pcm), ...resampler.finish()];
    expect(again).toEqual(once);
    expect(resampler.finish()).toHaveLength(0);
  });

  it('does not grow with the stream', () => {
    const resampler = new StreamResampler(24_000, 44_100);
    const block = tone(300, 24_000, 480);
    let made = 0;
    for (let count = 0; count < 5000; count++) made += resampler.push(block).length;
    made += resampler.finish().length;
    expect(made).toBe(5000 * 882);
  });
});
