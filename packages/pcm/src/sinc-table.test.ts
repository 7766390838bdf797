import { describe, expect, it } from 'vitest';
import { sincTable } from './sinc-table.js';

describe('sincTable', () => {
  it.each([
    [22050, 24000, 160, 147],
    [48000, 24000, 1, 2],
    [11025, 48000, 640, 147],
  ])('reduces %i → %i Hz, and gives each phase a gain of 1 at 0 Hz', (fromHz, toHz, up, down) => {
    const table = sincTable(fromHz, toHz);
    expect([table.up, table.down]).toEqual([up, down]);
    expect(table.coefficients.length).toBe(up * table.taps);
    for (let phase = 0; phase < up; phase++) {
      let sum = 0;
      for (let tap = 0; tap < table.taps; tap++) sum += table.coefficients[phase * table.taps + tap]!;
      expect(Math.abs(sum - 1)).toBeLessThan(2e-7);
    }
  });

  it('keeps the last tables, and no more than a few', () => {
    const first = sincTable(22050, 24000);
    expect(sincTable(44100, 48000)).toBe(first);
    for (const fromHz of [8000, 12000, 16000, 32000]) sincTable(fromHz, 24000);
    expect(sincTable(22050, 24000)).not.toBe(first);
  });
});
