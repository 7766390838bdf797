import { describe, expect, it } from 'vitest';
import { LoudnessDetector } from './loudness-detector.js';

/** 10 ms at 48 kHz, silent but for the samples given. */
function block(...loudAt: number[]): Int16Array {
  const samples = new Int16Array(480);
  for (const at of loudAt) samples[at] = -1000;
  return samples;
}

describe('LoudnessDetector', () => {
  it('finds the first and the last loud sample, to the sample', () => {
    const detector = new LoudnessDetector({ quietMs: 100 });
    expect(detector.push(block(), 48_000, 0)).toBeUndefined();
    expect(detector.push(block(48, 400), 48_000, 10)).toEqual({ kind: 'started', atMs: 11 });
    expect(detector.isSpeaking).toBe(true);
    expect(detector.push(block(0, 96), 48_000, 20)).toBeUndefined();
    let ended;
    let atMs = 20;
    while (ended === undefined && atMs < 1000) ended = detector.push(block(), 48_000, (atMs += 10));
    expect(ended).toEqual({ kind: 'ended', atMs: 22, startedAtMs: 11 });
    expect(atMs).toBe(120);
    expect(detector.isSpeaking).toBe(false);
  });

  it('bridges pauses shorter than the quiet time', () => {
    const detector = new LoudnessDetector({ quietMs: 100 });
    detector.push(block(0), 48_000, 0);
    for (let atMs = 10; atMs < 90; atMs += 10) expect(detector.push(block(), 48_000, atMs)).toBeUndefined();
    expect(detector.push(block(0), 48_000, 90)).toBeUndefined();
    expect(detector.finish()).toEqual({ kind: 'ended', atMs: 90, startedAtMs: 0 });
    expect(detector.finish()).toBeUndefined();
  });

  it('takes nothing below the threshold for sound', () => {
    const detector = new LoudnessDetector({ threshold: 1001 });
    expect(detector.push(block(5), 48_000, 0)).toBeUndefined();
    expect(new LoudnessDetector({ threshold: 1000 }).push(block(0), 48_000, 0)).toMatchObject({
      kind: 'started',
    });
  });
});
