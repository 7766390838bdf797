import { describe, expect, it } from 'vitest';
import { encodePcm, fallbackFrameMs } from './pcm-fallback.js';

describe('fallbackFrameMs', () => {
  it.each([
    [20, 24_000, 20],
    [60, 24_000, 20],
    [20, 48_000, 10],
    [60, 16_000, 20],
    [10, 24_000, 10],
    [5, 24_000, 5],
    [2.5, 48_000, 2.5],
    [20, 96_000, 5],
  ])('cuts frames of %d ms at %d Hz into pieces of %d ms', (frameMs, sampleRateHz, expected) => {
    const pieceMs = fallbackFrameMs(frameMs, sampleRateHz);
    expect(pieceMs).toBe(expected);
    expect((2 * pieceMs * sampleRateHz) / 1000).toBeLessThanOrEqual(1000);
  });
});

describe('encodePcm', () => {
  it('writes little-endian samples', () => {
    expect([...encodePcm(Int16Array.of(1, -2, 0x1234, -32_768))]).toEqual([
      1, 0, 0xfe, 0xff, 0x34, 0x12, 0, 0x80,
    ]);
  });
});
