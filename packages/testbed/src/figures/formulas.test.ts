import { describe, expect, it } from 'vitest';
import {
  efficiencyPercent,
  goodputBytesPerSecond,
  idealDeliveryMs,
  referenceEfficiencyPercent,
  stabilityPercent,
  toEvenIdealPieces,
  toIdealPieces,
  wireEfficiencyPercent,
} from './formulas.js';

describe('idealDeliveryMs', () => {
  it('is bytes by rate plus the delay for a source that is there at once', () => {
    // 15 000 B · 8 / 15 000 kbit/s = 8 ms
    const pieces = [{ atMs: 0, bytesFromHere: 15_000 }];
    expect(idealDeliveryMs(pieces, { rateKbps: 15_000, oneWayDelayMs: 20 })).toBeCloseTo(28, 9);
  });

  it('is the time of the last piece, its bytes and the delay for a slow source', () => {
    const pieces = [
      { atMs: 0, bytesFromHere: 900 },
      { atMs: 25, bytesFromHere: 600 },
      { atMs: 50, bytesFromHere: 300 },
    ];
    // 50 + 300 · 8 / 2000 + 40
    expect(idealDeliveryMs(pieces, { rateKbps: 2000, oneWayDelayMs: 40 })).toBeCloseTo(91.2, 9);
  });

  it('is bound by the link where the link is slower than the source', () => {
    const pieces = [
      { atMs: 0, bytesFromHere: 900 },
      { atMs: 25, bytesFromHere: 600 },
      { atMs: 50, bytesFromHere: 300 },
    ];
    // 900 · 8 / 48 = 150; 25 + 100 and 50 + 50 are less
    expect(idealDeliveryMs(pieces, { rateKbps: 48, oneWayDelayMs: 200 })).toBeCloseTo(350, 9);
  });

  it('takes a rate of 0 as unlimited', () => {
    const pieces = [
      { atMs: 0, bytesFromHere: 1e9 },
      { atMs: 30, bytesFromHere: 1e8 },
    ];
    expect(idealDeliveryMs(pieces, { rateKbps: 0, oneWayDelayMs: 5 })).toBe(35);
  });
});

describe('toIdealPieces', () => {
  const frames = Array.from({ length: 10 }, (_, index) => ({ audioMs: 20, bytes: 10 + index }));

  it('counts a frame to the piece that holds its last audio', () => {
    const pieces = [
      { atMs: 0, audioStartMs: 0 },
      { atMs: 25, audioStartMs: 100 },
    ];
    // all ten: 10 + … + 19 = 145; the last five: 15 + … + 19 = 85
    expect(toIdealPieces(pieces, frames)).toEqual([
      { atMs: 0, bytesFromHere: 145 },
      { atMs: 25, bytesFromHere: 85 },
    ]);
  });

  it('counts a frame that straddles two pieces to the later one', () => {
    const pieces = [
      { atMs: 0, audioStartMs: 0 },
      { atMs: 25, audioStartMs: 110 },
    ];
    // frame 5 spans 100–120 ms and waits for the second piece
    expect(toIdealPieces(pieces, frames)[1]).toEqual({ atMs: 25, bytesFromHere: 85 });
  });

  it('follows a change of the frame duration', () => {
    const mixed = [
      { audioMs: 20, bytes: 1 },
      { audioMs: 60, bytes: 2 },
      { audioMs: 20, bytes: 4 },
    ];
    const pieces = [0, 20, 80].map((audioStartMs) => ({ atMs: 0, audioStartMs }));
    expect(toIdealPieces(pieces, mixed).map(({ bytesFromHere }) => bytesFromHere)).toEqual([7, 6, 4]);
  });

  it('gives 0 bytes to a piece beyond the last frame, and to all without frames', () => {
    expect(toIdealPieces([{ atMs: 9, audioStartMs: 500 }], frames)[0]?.bytesFromHere).toBe(0);
    expect(toIdealPieces([{ atMs: 0, audioStartMs: 0 }], [])[0]?.bytesFromHere).toBe(0);
  });
});

describe('toEvenIdealPieces', () => {
  it('spreads the bytes over the audio', () => {
    const pieces = [0, 1000, 3000].map((audioStartMs) => ({ atMs: 0, audioStartMs }));
    expect(toEvenIdealPieces(pieces, 4000, 4000).map(({ bytesFromHere }) => bytesFromHere)).toEqual([
      4000, 3000, 1000,
    ]);
  });
});

describe('ratios', () => {
  it('gives the reference efficiency of the original report', () => {
    // 4 260 ms · 96 B/ms · 8 / 15 000 kbit/s = 218.1 ms; by 4 181 ms
    expect(referenceEfficiencyPercent(4260, 15_000, 4181)).toBeCloseTo(5.217, 3);
  });

  it('caps the reference efficiency at 100 and has none without a rate', () => {
    expect(referenceEfficiencyPercent(4260, 15_000, 95)).toBe(100);
    expect(referenceEfficiencyPercent(4260, 0, 95)).toBeNull();
  });

  it('gives efficiency, stability, wire efficiency and goodput', () => {
    expect(efficiencyPercent(27, 90)).toBeCloseTo(30, 9);
    expect(stabilityPercent(50, 1000)).toBeCloseTo(95, 9);
    expect(wireEfficiencyPercent(926, 1000)).toBeCloseTo(92.6, 9);
    expect(goodputBytesPerSecond(13_000, 100)).toBe(130_000);
  });

  it('are not defined where nothing was delivered, counted or spoken', () => {
    expect(efficiencyPercent(27, 0)).toBeNull();
    expect(stabilityPercent(0, 0)).toBeNull();
    expect(wireEfficiencyPercent(10, 0)).toBeNull();
    expect(goodputBytesPerSecond(10, 0)).toBeNull();
  });
});
