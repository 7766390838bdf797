import { isEloquenceError } from '@eloquence/plugin-api';
import { bestCorrelation, createTestSpeech, rootMeanSquare } from '@eloquence/plugin-contracts';
import { describe, expect, it } from 'vitest';
import { OpusCodec, opusLookaheadMs } from './opus-codec.js';
import { type OpusLibraryEncoder, loadOpusLibrary } from './opus-library.js';

const codec = new OpusCodec();
const base = { sampleRateHz: 24000, frameMs: 20, bitrateBps: 24000, complexity: 9 };

function encodeAll(pcm: Int16Array, settings: typeof base): Uint8Array[] {
  const encoder = codec.createEncoder(settings);
  const size = (settings.sampleRateHz * settings.frameMs) / 1000;
  const payloads: Uint8Array[] = [];
  for (let at = 0; at + size <= pcm.length; at += size)
    payloads.push(encoder.encode(pcm.subarray(at, at + size)));
  encoder.dispose();
  return payloads;
}

function bitrateOf(payloads: readonly Uint8Array[], frameMs: number): number {
  const bytes = payloads.reduce((sum, payload) => sum + payload.length, 0);
  return (bytes * 8000) / (payloads.length * frameMs);
}

describe('OpusCodec', () => {
  it('loads libopus only when it is needed', () => {
    let loads = 0;
    const lazy = new OpusCodec(() => {
      loads++;
      return loadOpusLibrary();
    });
    expect(lazy.sampleRatesHz).toContain(24000);
    expect(loads).toBe(0);
    lazy.createEncoder(base).dispose();
    expect(loads).toBe(1);
  });

  it.each([
    [12000, 60],
    [24000, 20],
    [24000, 60],
    [32000, 20],
  ])('keeps to %i bit/s with frames of %i ms', (bitrateBps, frameMs) => {
    const speech = createTestSpeech(24000, 6000);
    const ratio = bitrateOf(encodeAll(speech, { ...base, bitrateBps, frameMs }), frameMs) / bitrateBps;
    // The rate is an upper mark: so regular a sound needs less, down to two thirds at the lowest rates.
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.12);
  });

  it('changes the bit rate from one frame to the next', () => {
    const speech = createTestSpeech(24000, 4000);
    const encoder = codec.createEncoder({ ...base, bitrateBps: 12000 });
    const sizes = { 12000: 0, 36000: 0 };
    for (let frame = 0; frame < 200; frame++) {
      const bitrateBps = frame % 50 < 25 ? 12000 : 36000;
      encoder.configure({ ...base, bitrateBps });
      sizes[bitrateBps] += encoder.encode(speech.subarray(frame * 480, (frame + 1) * 480)).length;
    }
    expect(sizes[36000] / sizes[12000]).toBeGreaterThan(2);
  });

  it('brings bit rates and efforts out of range back into it', () => {
    const seen: Partial<OpusLibraryEncoder>[] = [];
    const library = loadOpusLibrary();
    const spied = new OpusCodec(() => ({
      ...library,
      Encoder: class extends library.Encoder {
        constructor(options: ConstructorParameters<typeof library.Encoder>[0]) {
          super(options);
          seen.push(this);
        }
      },
    }));
    spied.createEncoder({ ...base, bitrateBps: 1, complexity: -3 });
    spied.createEncoder({ ...base, bitrateBps: 1e9, complexity: 99 });
    expect(seen.map((encoder) => encoder.complexity)).toEqual([0, 10]);
    expect(seen.map((encoder) => encoder.bitrate)).toEqual([6000, 300_000]);
  });

  it('delays the sound by its look-ahead and by no more', () => {
    const speech = createTestSpeech(48000, 1000);
    const decoder = codec.createDecoder({ sampleRateHz: 48000 });
    const payloads = encodeAll(speech, { ...base, sampleRateHz: 48000, bitrateBps: 48000 });
    const heard = Int16Array.from(payloads.flatMap((payload) => [...decoder.decode(payload)]));
    const lookahead = Math.round(48 * opusLookaheadMs);
    const aligned = bestCorrelation(speech, heard.subarray(lookahead), 0);
    expect(aligned).toBeGreaterThan(0.8);
    expect(aligned).toBeGreaterThan(bestCorrelation(speech, heard, 0));
    const farther = bestCorrelation(speech, heard.subarray(lookahead + 96), 0);
    expect(aligned).toBeGreaterThan(farther);
  });

  it('conceals a lost frame with sound like that before it, and goes on without a click', () => {
    const tone = Int16Array.from(
      { length: 24000 },
      (_, i) => 8000 * Math.sin((2 * Math.PI * 200 * i) / 24000),
    );
    const payloads = encodeAll(tone, base);
    const decoder = codec.createDecoder(base);
    let before = new Int16Array(0);
    for (const payload of payloads.slice(0, 20)) before = Int16Array.from(decoder.decode(payload));
    const gap = decoder.conceal!(480);
    const after = decoder.decode(payloads[21]!);
    expect(rootMeanSquare(gap) / rootMeanSquare(before)).toBeGreaterThan(0.6);
    const joined = Int16Array.from([...before, ...gap, ...after]);
    // The steepest step of a 200 Hz tone of this amplitude is 2π·200/24000·8000 ≈ 419.
    let steepest = 0;
    for (let i = 1; i < joined.length; i++)
      steepest = Math.max(steepest, Math.abs(joined[i]! - joined[i - 1]!));
    expect(steepest).toBeLessThan(2 * 419);
  });

  it.each([
    ['a number for frames', { frameMs: 15 }, 15],
    ['no bit rate', { bitrateBps: Number.NaN }, Number.NaN],
    ['no effort', { complexity: Number.POSITIVE_INFINITY }, Number.POSITIVE_INFINITY],
    ['44.1 kHz', { sampleRateHz: 44100 }, 44100],
  ])('refuses %s with the value and a hint', (_, wrong, value) => {
    const encoder = codec.createEncoder(base);
    for (const run of [
      () => codec.createEncoder({ ...base, ...wrong }),
      () => encoder.configure({ ...base, ...wrong }),
    ]) {
      expect(run).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', value }));
    }
    expect(encoder.encode(new Int16Array(480)).length).toBeGreaterThan(0);
  });

  it('refuses another sample rate in the middle of a stream', () => {
    const encoder = codec.createEncoder(base);
    expect(() => encoder.configure({ ...base, sampleRateHz: 48000 })).toThrow(/sample rate/);
  });

  it('reports a library that cannot be loaded as its own error', () => {
    const broken = new OpusCodec(() => {
      throw new Error('no such file');
    });
    expect(() => broken.createEncoder(base)).toThrow();
    try {
      codec.createDecoder(base).decode(Uint8Array.of(255, 255, 255));
      expect.unreachable();
    } catch (error) {
      expect(isEloquenceError(error) && error.code).toBe('CODEC_FAILED');
      expect(isEloquenceError(error) && error.cause).toBeInstanceOf(Error);
    }
  });

  it('keeps a thousand encoders at work', () => {
    const speech = createTestSpeech(24000, 20);
    const encoders = Array.from({ length: 1000 }, () => codec.createEncoder({ ...base, complexity: 0 }));
    const sizes = new Set(encoders.map((encoder) => encoder.encode(speech).length));
    expect(sizes.size).toBe(1);
    for (const encoder of encoders) encoder.dispose();
  });
});
