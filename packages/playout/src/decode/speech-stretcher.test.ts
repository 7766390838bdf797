import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { voiceSignal } from '../testing/voice-signal.js';
import { SpeechStretcher } from './speech-stretcher.js';

function changeAll(
  signal: Int16Array,
  sampleRateHz: number,
  frameMs: number,
  change: (stretcher: SpeechStretcher, pcm: Int16Array) => readonly Int16Array[],
): Int16Array {
  const stretcher = new SpeechStretcher(sampleRateHz);
  const parts: Int16Array[] = [];
  const frame = (sampleRateHz * frameMs) / 1000;
  for (let at = 0; at + frame <= signal.length; at += frame) {
    const pcm = signal.subarray(at, at + frame);
    parts.push(...change(stretcher, pcm));
  }
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function stretchAll(signal: Int16Array, sampleRateHz: number, frameMs: number): Int16Array {
  return changeAll(signal, sampleRateHz, frameMs, (stretcher, pcm) => [stretcher.stretch(pcm), pcm]);
}

function shortenAll(signal: Int16Array, sampleRateHz: number, frameMs: number): Int16Array {
  return changeAll(signal, sampleRateHz, frameMs, (stretcher, pcm) => [stretcher.shorten(pcm)]);
}

/** Pitch of the loudest 40 ms by autocorrelation, averaged over the signal's voiced parts, Hz. */
function pitchHz(pcm: Int16Array, sampleRateHz: number): number {
  const window = Math.round(sampleRateHz * 0.04);
  const found: number[] = [];
  for (let from = 0; from + 2 * window < pcm.length; from += window) {
    let best = 0;
    let bestScore = 0.6;
    for (let lag = Math.round(sampleRateHz / 400); lag < sampleRateHz / 65; lag++) {
      let product = 0;
      let a = 1;
      let b = 1;
      for (let at = from; at < from + window; at++) {
        product += pcm[at]! * pcm[at + lag]!;
        a += pcm[at]! ** 2;
        b += pcm[at + lag]! ** 2;
      }
      // The shortest of nearly equal lags is the period, the others are its multiples.
      if (product / Math.sqrt(a * b) > bestScore * 1.02) {
        bestScore = product / Math.sqrt(a * b);
        best = lag;
      }
    }
    if (best > 0) found.push(sampleRateHz / best);
  }
  found.sort((a, b) => a - b);
  return found[found.length >> 1]!;
}

function largestStep(pcm: Int16Array): number {
  let largest = 0;
  for (let at = 1; at < pcm.length; at++) largest = Math.max(largest, Math.abs(pcm[at]! - pcm[at - 1]!));
  return largest;
}

describe('SpeechStretcher', () => {
  for (const [voice, hz, rateHz, frameMs] of [
    ['low', 95, 24_000, 20],
    ['middle', 140, 16_000, 20],
    ['high', 220, 48_000, 20],
    ['low, long frames', 110, 24_000, 60],
  ] as const) {
    it(`keeps the pitch of a ${voice} voice, and makes no clicks`, () => {
      const original = voiceSignal(rateHz, 4000, hz, false);
      const stretched = stretchAll(original, rateHz, frameMs);
      const growth = stretched.length / original.length - 1;
      expect(growth).toBeGreaterThan(0.05);
      expect(growth).toBeLessThanOrEqual(0.11);
      expect(pitchHz(stretched, rateHz) / pitchHz(original, rateHz)).toBeCloseTo(1, 1);
      expect(largestStep(stretched)).toBeLessThanOrEqual(1.05 * largestStep(original));
    });
  }

  for (const [voice, hz, rateHz, frameMs] of [
    ['middle', 140, 16_000, 20],
    ['high', 220, 48_000, 20],
    ['low, long frames', 110, 24_000, 60],
  ] as const) {
    it(`keeps the pitch of a ${voice} voice that becomes shorter, and makes no clicks`, () => {
      const original = voiceSignal(rateHz, 4000, hz, false);
      const shortened = shortenAll(original, rateHz, frameMs);
      const loss = 1 - shortened.length / original.length;
      expect(loss).toBeGreaterThan(0.05);
      expect(loss).toBeLessThanOrEqual(0.11);
      expect(pitchHz(shortened, rateHz) / pitchHz(original, rateHz)).toBeCloseTo(1, 1);
      expect(largestStep(shortened)).toBeLessThanOrEqual(1.05 * largestStep(original));
    });
  }

  it('leaves out of a frame no more than half', () => {
    expect(shortenAll(new Int16Array(24_000), 24_000, 20)).toHaveLength(12_000);
    fc.assert(
      fc.property(fc.array(fc.int16Array({ minLength: 0, maxLength: 500 }), { maxLength: 20 }), (frames) => {
        const stretcher = new SpeechStretcher(8000);
        for (const pcm of frames) {
          const { length } = stretcher.shorten(pcm);
          expect(length).toBeLessThanOrEqual(pcm.length);
          expect(length).toBeGreaterThanOrEqual(pcm.length >> 1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('lengthens pauses, each by 150 ms at most', () => {
    const original = voiceSignal(24_000, 5000, 120);
    const grownMs = (stretchAll(original, 24_000, 20).length - original.length) / 24;
    // Ten pauses of 120 ms, each doubled at most, beside the growth of the speech.
    expect(grownMs).toBeGreaterThan(700);
    expect(grownMs).toBeLessThan(10 * 150 + 0.11 * 5000);
    const silence = new Int16Array(24_000 * 3);
    expect((stretchAll(silence, 24_000, 20).length - silence.length) / 24).toBeCloseTo(150, 6);
  });

  it('leaves alone what does not repeat itself', () => {
    const noise = Int16Array.from({ length: 48_000 }, (_, at) => ((at * 7919 * (at + 13)) % 20_011) - 10_000);
    expect(stretchAll(noise, 24_000, 20).length / noise.length).toBeLessThan(1.02);
  });

  it('knows a pause by its loudness', () => {
    const stretcher = new SpeechStretcher(24_000);
    stretcher.pass(voiceSignal(24_000, 200, 120, false));
    expect(stretcher.isQuiet).toBe(false);
    stretcher.pass(new Int16Array(480));
    expect(stretcher.isQuiet).toBe(true);
  });

  it('grows no frame by more than its own length, whatever the samples', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.int16Array({ minLength: 0, maxLength: 500 }), fc.boolean()), { maxLength: 20 }),
        (frames) => {
          const stretcher = new SpeechStretcher(8000);
          for (const [pcm, passes] of frames) {
            if (passes) stretcher.pass(pcm);
            else expect(stretcher.stretch(pcm).length).toBeLessThanOrEqual(pcm.length);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
