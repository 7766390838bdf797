import { describe, expect, it } from 'vitest';
import { speechLike } from '../source/prepared-speech.js';
import { syntheticCodec } from './synthetic-codec.js';

const settings = { sampleRateHz: 24_000, bitrateBps: 24_000, frameMs: 20, complexity: 5 };
const encoderSettings = settings as Parameters<typeof syntheticCodec.createEncoder>[0];
const decoderSettings = settings as unknown as Parameters<typeof syntheticCodec.createDecoder>[0];
const FRAME = 480;

function loudness(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

describe('syntheticCodec', () => {
  it('is loud where the speech is loud, and silent in its pauses', () => {
    const encoder = syntheticCodec.createEncoder(encoderSettings);
    const decoder = syntheticCodec.createDecoder(decoderSettings);
    const { samples } = speechLike(3000);
    let pauses = 0;
    let loud = 0;
    for (let at = 0; at + FRAME <= samples.length; at += FRAME) {
      const frame = samples.subarray(at, at + FRAME);
      const heard = decoder.decode(encoder.encode(frame));
      expect(heard).toHaveLength(FRAME);
      const [before, after] = [loudness(frame), loudness(heard)];
      if (before === 0) {
        pauses++;
        expect(after).toBe(0);
      } else if (before > 500) {
        loud++;
        // Levels are 3 dB apart.
        expect(Math.abs(20 * Math.log10(after / before))).toBeLessThan(2);
      }
    }
    expect(pauses).toBeGreaterThan(5);
    expect(loud).toBeGreaterThan(3 * pauses);
  });

  it('has frames of the size that the bitrate asks for, each its own', () => {
    const encoder = syntheticCodec.createEncoder(encoderSettings);
    const frames = Array.from({ length: 500 }, () => encoder.encode(new Int16Array(FRAME)));
    const bytes = frames.reduce((sum, { length }) => sum + length, 0);
    expect(bytes / frames.length).toBeCloseTo(60, -1);
    expect(new Set(frames.map((frame) => Buffer.from(frame).toString('hex'))).size).toBe(500);
  });

  it('does not jump from frame to frame', () => {
    const encoder = syntheticCodec.createEncoder(encoderSettings);
    const decoder = syntheticCodec.createDecoder(decoderSettings);
    const pcm = new Int16Array(FRAME).fill(3000);
    const heard = [1, 2, 3].flatMap(() => [...decoder.decode(encoder.encode(pcm))]);
    const steps = heard.slice(1).map((sample, at) => Math.abs(sample - heard[at]!));
    const [first = 0, second = 0] = [steps[FRAME - 1], steps[2 * FRAME - 1]];
    expect(Math.max(first, second)).toBeLessThanOrEqual(Math.max(...steps.slice(0, FRAME - 1)));
  });
});
