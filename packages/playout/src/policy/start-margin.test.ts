import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArrivalForecast } from '@eloquence/link';
import { startMargin } from './playout-policy.js';

/** Packets of 100 ms every 25 ms. */
const fast: ArrivalForecast = {
  utterances: 3,
  spacingMs: 25,
  growth: 4,
  repairMs: 0,
  lossPercent: 0,
  pdvP95Ms: 10,
};

describe('startMargin', () => {
  it('asks for nothing before the first utterance has been seen', () => {
    expect(startMargin(40, { ...fast, utterances: 0, growth: 0.5 })).toEqual({ marginMs: 0, patienceMs: 0 });
  });

  it('does not wait while audio comes much faster than it is played and little is lost', () => {
    for (const pdvP95Ms of [1, 24, 100]) expect(startMargin(40, { ...fast, pdvP95Ms }).marginMs).toBe(0);
  });

  it('waits for a packet where that is less than losses cost on average, and not elsewhere', () => {
    const wide = startMargin(100, { ...fast, lossPercent: 8, repairMs: 70 });
    expect(wide.marginMs).toBe(0);
    const lossy = startMargin(100, { ...fast, lossPercent: 20, repairMs: 145 });
    expect(lossy.marginMs).toBeGreaterThan(50);
    expect(lossy.patienceMs).toBeLessThan(2 * 25);
  });

  it('starts soon on a slow link with losses, where a packet takes long', () => {
    const slow = startMargin(160, { ...fast, spacingMs: 160, growth: 1.6, lossPercent: 12, repairMs: 900 });
    expect(slow.marginMs).toBeGreaterThan(200);
    expect(slow.patienceMs).toBe(120);
  });

  it('gathers two packets where the source is hardly faster than real time', () => {
    const slow = startMargin(100, { ...fast, spacingMs: 90, growth: 1.1 });
    expect(slow.patienceMs).toBeCloseTo(135, 6);
    expect(slow.marginMs).toBeCloseTo(2 * 99 - 100, 6);
  });

  it('never waits long, and never asks for less than nothing', () => {
    const forecast = fc.record({
      utterances: fc.nat(9),
      spacingMs: fc.double({ min: 0, max: 5000, noNaN: true }),
      growth: fc.double({ min: 0, max: 100, noNaN: true }),
      repairMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
      lossPercent: fc.double({ min: 0, max: 100, noNaN: true }),
      pdvP95Ms: fc.double({ min: 0, max: 10_000, noNaN: true }),
    });
    fc.assert(
      fc.property(forecast, fc.nat(2000), (measured, levelMs) => {
        const { marginMs, patienceMs } = startMargin(levelMs, measured);
        expect(marginMs).toBeGreaterThanOrEqual(0);
        expect(patienceMs).toBeGreaterThanOrEqual(0);
        expect(patienceMs).toBeLessThanOrEqual(measured.growth < 1.5 ? 400 : 120);
        if (marginMs === 0) expect(patienceMs).toBe(0);
      }),
    );
  });
});
