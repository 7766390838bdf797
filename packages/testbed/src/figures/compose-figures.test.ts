import { describe, expect, it } from 'vitest';
import { composeFrameFigures, composeSoundFigures, type SentFrames } from './compose-figures.js';
import type { Heard } from '../listener/listener.js';

const link = { rttMs: 40, rateKbps: 15_000 };

const sent: SentFrames = {
  audioMs: 4000,
  firstPcmAtMs: 10_000,
  loudOffsetMs: 12,
  pieces: [{ atMs: 0, audioStartMs: 0 }],
  overheadPerChunkMs: 0.2,
  wireBytes: 15_000,
  link,
  frames: Array.from({ length: 200 }, () => ({ audioMs: 20, bytes: 60 })),
  sha256: 'aa',
};

const heard: Pick<Heard, 'firstLoudAtMs' | 'frames'> = {
  firstLoudAtMs: 10_042,
  frames: {
    playoutStartedAtMs: 10_020,
    lastFrameAtMs: 10_100,
    framesPlayed: 199,
    framesDuplicated: 2,
    stalls: 1,
    stallMs: 40,
    concealedMs: 20,
    sha256: 'ab',
  },
};

describe('composeFrameFigures', () => {
  it('puts both sides together', () => {
    const figures = composeFrameFigures(sent, heard);
    expect(figures).toMatchObject({
      timeToFirstAudioMs: 30,
      timeToPlayoutStartMs: 20,
      deliveryMs: 100,
      framesSent: 200,
      framesPlayed: 199,
      framesLost: 1,
      framesDuplicated: 2,
      payloadBytes: 12_000,
      wireEfficiencyPercent: 80,
      goodputBytesPerSecond: 120_000,
      stabilityPercent: 99,
      referenceEfficiencyPercent: 100,
      sha256Sent: 'aa',
      sha256Heard: 'ab',
    });
    // 12 000 · 8 / 15 000 + 20 = 26.4 of 100 ms
    expect(figures.efficiencyPercent).toBeCloseTo(26.4, 9);
  });

  it('has no times for what never arrived', () => {
    const figures = composeFrameFigures(sent, {
      firstLoudAtMs: null,
      frames: { ...heard.frames, playoutStartedAtMs: null, lastFrameAtMs: null, framesPlayed: 0 },
    });
    expect(figures).toMatchObject({
      timeToFirstAudioMs: null,
      timeToPlayoutStartMs: null,
      deliveryMs: null,
      efficiencyPercent: null,
      goodputBytesPerSecond: null,
      framesLost: 200,
    });
  });
});

describe('composeSoundFigures', () => {
  it('takes the offset of the first loud sample off the first audio', () => {
    const figures = composeSoundFigures(
      { ...sent, framesSent: 400, loudOffsetMs: 12 },
      { firstLoudAtMs: 10_092, lastLoudAtMs: 14_264, trackConcealedMs: 3 },
    );
    expect(figures).toMatchObject({
      timeToFirstAudioMs: 80,
      deliveryMs: 4264,
      framesSent: 400,
      framesLost: null,
      stalls: null,
      concealedMs: 3,
      sha256Heard: null,
    });
    // 4 000 · 96 · 8 / 15 000 = 204.8 ms of 4 264
    expect(figures.referenceEfficiencyPercent).toBeCloseTo(4.803, 3);
    // 15 000 · 8 / 15 000 + 20 = 28 ms of 4 264
    expect(figures.efficiencyPercent).toBeCloseTo((100 * 28) / 4264, 9);
  });
});
