import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highestReported, isReported } from './arrivals.js';

/** A report on packets that arrived, made bit by bit. */
function reportOf(arrived: ReadonlySet<number>): Parameters<typeof isReported>[0] {
  let nextSequence = 0;
  while (arrived.has(nextSequence)) nextSequence++;
  let [bitmapLow, bitmapHigh] = [0, 0];
  for (let bit = 0; bit < 32; bit++) {
    if (arrived.has(nextSequence + 1 + bit)) bitmapLow += 2 ** bit;
    if (arrived.has(nextSequence + 33 + bit)) bitmapHigh += 2 ** bit;
  }
  return { nextSequence, bitmapLow, bitmapHigh };
}

describe('isReported, highestReported', () => {
  it('agree with a set of numbers, within the 64 packets that a report covers', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.array(fc.nat(300)), (run, others) => {
        const arrived = new Set([...Array(run).keys(), ...others]);
        const report = reportOf(arrived);
        const end = report.nextSequence + 65;
        let highest = -1;
        for (let sequence = 0; sequence < end; sequence++) {
          expect(isReported(report, sequence)).toBe(arrived.has(sequence));
          if (arrived.has(sequence)) highest = sequence;
        }
        expect(highestReported(report)).toBe(highest);
        expect(isReported(report, end)).toBe(false);
      }),
    );
  });

  it('read the last bit of each word', () => {
    const report = { nextSequence: 5, bitmapLow: 0x8000_0000, bitmapHigh: 0x8000_0000 };
    expect([37, 38, 69].map((sequence) => isReported(report, sequence))).toEqual([true, false, true]);
    expect(highestReported(report)).toBe(69);
    expect(highestReported({ ...report, bitmapHigh: 0 })).toBe(37);
  });
});
