import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resampler } from './resampler.js';

function tone(hz: number, rateHz: number, count: number, amplitude = 20000): Int16Array {
  return Int16Array.from({ length: count }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / rateHz)),
  );
}

function resample(input: Int16Array, fromHz: number, toHz: number, pieces: readonly number[] = []): number[] {
  const resampler = new Resampler(fromHz, toHz);
  const output: number[] = [];
  let at = 0;
  for (const size of pieces) {
    output.push(...resampler.process(input.subarray(at, at + size)));
    at += size;
  }
  output.push(...resampler.process(input.subarray(at)));
  output.push(...resampler.finish());
  expect(resampler.outputSamples).toBe(output.length);
  return output;
}

/** Signal-to-noise ratio of `heard` against a tone in the same phase, dB, without the edges. */
function signalToNoiseDb(heard: readonly number[], hz: number, rateHz: number, amplitude = 20000): number {
  let noise = 0;
  let signal = 0;
  for (let i = 200; i < heard.length - 200; i++) {
    const ideal = amplitude * Math.sin((2 * Math.PI * hz * i) / rateHz);
    signal += ideal * ideal;
    noise += (heard[i]! - ideal) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

describe('Resampler', () => {
  it.each([
    [22050, 24000, 1000],
    [22050, 24000, 4000],
    [22050, 24000, 9000],
    [16000, 24000, 6500],
    [44100, 48000, 15000],
    [48000, 24000, 9500],
    [24000, 8000, 3000],
    [11025, 48000, 4000],
  ])('keeps a tone: %i → %i Hz, %i Hz', (fromHz, toHz, hz) => {
    const heard = resample(tone(hz, fromHz, fromHz / 5), fromHz, toHz);
    expect(signalToNoiseDb(heard, hz, toHz)).toBeGreaterThan(60);
  });

  it('removes what the lower rate cannot hold', () => {
    const heard = resample(tone(7000, 24000, 4800), 24000, 8000).slice(200, -200);
    expect(Math.max(...heard.map(Math.abs))).toBeLessThan(20000 / 1000);
  });

  it('keeps a constant without a tone', () => {
    const heard = resample(new Int16Array(4000).fill(12345), 22050, 24000).slice(100, -100);
    expect(new Set(heard)).toEqual(new Set([12345]));
  });

  it('gives the same samples wherever the stream is cut, and round(input · ratio) of them', () => {
    const rate = fc.constantFrom(8000, 11025, 16000, 22050, 24000, 44100, 48000);
    const pieces = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 });
    const samples = fc.int16Array({ maxLength: 1500 });
    fc.assert(
      fc.property(rate, rate, samples, pieces, (fromHz, toHz, input, sizes) => {
        const whole = resample(input, fromHz, toHz);
        expect(resample(input, fromHz, toHz, sizes)).toEqual(whole);
        expect(whole.length).toBe(Math.round((input.length * toHz) / fromHz));
      }),
      { numRuns: 150 },
    );
  });

  it('gives back the input itself when the rates are equal', () => {
    const input = tone(300, 24000, 480);
    const resampler = new Resampler(24000, 24000);
    expect(resampler.process(input)).toBe(input);
    expect(resampler.finish().length).toBe(0);
  });

  it('clips what would overflow', () => {
    const square = Int16Array.from({ length: 2000 }, (_, i) => (i % 40 < 20 ? 32767 : -32768));
    const heard = resample(square, 22050, 24000);
    expect(Math.max(...heard)).toBe(32767);
    expect(Math.min(...heard)).toBe(-32768);
  });

  it('is more than a hundred times faster than real time', () => {
    const second = tone(500, 22050, 22050);
    const resampler = new Resampler(22050, 24000);
    resampler.process(second);
    let bestMs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 20; i++) {
      const startMs = performance.now();
      resampler.process(second);
      bestMs = Math.min(bestMs, performance.now() - startMs);
    }
    expect(1000 / bestMs).toBeGreaterThan(100);
  });

  it.each([Number.NaN, 0, -24000, 22050.5, 1e9])('refuses %s Hz', (rateHz) => {
    const invalid = expect.objectContaining({ code: 'PCM_INVALID', value: rateHz });
    expect(() => new Resampler(rateHz, 24000)).toThrow(invalid);
    expect(() => new Resampler(24000, rateHz)).toThrow(invalid);
  });

  it('refuses two rates with next to nothing in common', () => {
    expect(() => new Resampler(191_999, 48_000)).toThrow(expect.objectContaining({ code: 'PCM_INVALID' }));
  });

  it('ends once', () => {
    const resampler = new Resampler(22050, 24000);
    resampler.finish();
    expect(() => resampler.process(new Int16Array(1))).toThrow(/after its end/);
    expect(() => resampler.finish()).toThrow(/after its end/);
  });
});
