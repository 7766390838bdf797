import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromPosition, rateSteps, toPosition } from './quantities.js';

describe('the scale of the sliders', () => {
  it('comes back to the position that it came from', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: rateSteps }), (position) => {
        expect(toPosition('rateKbps', fromPosition('rateKbps', position))).toBe(position);
      }),
    );
  });

  it('has no limit at the end of the rate, and grows up to there', () => {
    const rates = Array.from({ length: rateSteps }, (_, position) => fromPosition('rateKbps', position));
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    expect(new Set(rates).size).toBe(rateSteps);
    expect([rates[0], rates.at(-1), fromPosition('rateKbps', rateSteps)]).toEqual([50, 20_000, 0]);
  });

  it('stands at the end for rates beyond it', () => {
    expect(toPosition('rateKbps', 1)).toBe(0);
    expect(toPosition('rateKbps', 1_000_000)).toBe(rateSteps - 1);
  });
});
