import { describe, expect, it } from 'vitest';
import { type IdealDelivery, deliveryEfficiencyPercent, idealDeliveryMs } from './delivery-efficiency.js';

/** Speech of 3000 B per second of audio, so that 100 ms are 300 B. */
function delivery(
  pieces: readonly (readonly [atMs: number, startMs: number])[],
  audioMs: number,
  rest: Partial<IdealDelivery>,
): IdealDelivery {
  return {
    pieces: pieces.map(([atMs, startMs]) => ({ atMs, startMs })),
    bytesFrom: (startMs) => 3 * (audioMs - startMs),
    linkRateBytesPerSecond: Number.POSITIVE_INFINITY,
    oneWayDelayMs: 20,
    ...rest,
  };
}

describe('idealDeliveryMs', () => {
  it('is the one-way delay for speech that is there at once on an unlimited link', () => {
    expect(idealDeliveryMs(delivery([[0, 0]], 4000, {}))).toBe(20);
  });

  it('is the transfer of all bytes plus the delay where the link is the limit', () => {
    // 12 000 B at 6000 B/s
    expect(idealDeliveryMs(delivery([[0, 0]], 4000, { linkRateBytesPerSecond: 6000 }))).toBe(2020);
  });

  it('waits for the last piece where the source is the limit', () => {
    const pieces = [0, 100, 200, 300].map((atMs): [number, number] => [atMs, 4 * atMs]);
    // The last piece comes at 300 ms; its 400 ms are 1200 B, 10 ms at 120 kB/s.
    expect(idealDeliveryMs(delivery(pieces, 1600, { linkRateBytesPerSecond: 120_000 }))).toBe(330);
  });

  it('finds the worst piece in the middle: late, with much behind it', () => {
    const pieces: [number, number][] = [
      [0, 0],
      [500, 100],
      [510, 1900],
    ];
    // From the second piece on: 1900 ms are 5700 B, 570 ms at 10 kB/s, after 500 ms.
    expect(idealDeliveryMs(delivery(pieces, 2000, { linkRateBytesPerSecond: 10_000 }))).toBe(1090);
  });

  it('is the delay alone without any piece', () => {
    expect(idealDeliveryMs(delivery([], 0, {}))).toBe(20);
  });
});

describe('deliveryEfficiencyPercent', () => {
  it.each([
    [95, 100, 95],
    [2020, 4040, 50],
    [100, 80, 100],
    [10, 0, 100],
    [0, 50, 0],
  ])('%d ms ideal of %d ms is %d %%', (ideal, actual, percent) => {
    expect(deliveryEfficiencyPercent(ideal, actual)).toBeCloseTo(percent);
  });
});
