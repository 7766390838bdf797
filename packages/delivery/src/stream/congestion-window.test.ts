import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CongestionWindow, type WindowEvidence } from './congestion-window.js';

const packet = 1100;
const calm: WindowEvidence = {
  acknowledgedBytes: 4000,
  inFlightBytes: 17_600,
  deliveryRateBytesPerSecond: 30_000,
  owdVariationMs: 5,
  minRttMs: 100,
};

describe('CongestionWindow', () => {
  it.each([
    [0, 2],
    [2, 2],
    [16, 16],
    [1000, 65_536 / packet],
  ])('starts with %i packets as %d', (asked, given) => {
    expect(new CongestionWindow(asked).bytes).toBeCloseTo(given * packet);
  });

  it('grows by what is acknowledged while it is used, and not while it is not', () => {
    const window = new CongestionWindow(16);
    window.update(calm, 1.25);
    expect(window.bytes).toBe(17_600 + 4000);
    window.update({ ...calm, inFlightBytes: 5000 }, 1.25);
    expect(window.bytes).toBe(17_600 + 4000);
  });

  it('becomes rate times least RTT times the factor when a queue builds up', () => {
    const window = new CongestionWindow(16);
    window.update({ ...calm, owdVariationMs: 51 }, 1.25);
    expect(window.bytes).toBeCloseTo(1.25 * 30_000 * 0.1);
  });

  it('leaves a slow link room for what it carries until the first acknowledgement', () => {
    const window = new CongestionWindow(16);
    // 48 kbit/s with headers carries 3.3 kB/s of audio.
    window.update({ ...calm, owdVariationMs: 300, deliveryRateBytesPerSecond: 3300, minRttMs: 400 }, 1);
    expect(window.bytes).toBe(3 * packet);
  });

  it('knows no rate, no shrinking: a queue alone only stops the growth', () => {
    const window = new CongestionWindow(16);
    window.update({ ...calm, owdVariationMs: 500, deliveryRateBytesPerSecond: 0 }, 1.25);
    expect(window.bytes).toBe(17_600);
  });

  it('stays between two packets and 64 KiB, whatever it is told', () => {
    const evidence = fc.record({
      acknowledgedBytes: fc.nat(1_000_000),
      inFlightBytes: fc.nat(1_000_000),
      deliveryRateBytesPerSecond: fc.nat(4_194_240),
      owdVariationMs: fc.integer({ min: -32_768, max: 32_767 }),
      minRttMs: fc.nat(30_000),
    });
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.array(evidence),
        fc.double({ min: 0.1, max: 4, noNaN: true }),
        (n, all, factor) => {
          const window = new CongestionWindow(n);
          for (const one of all) {
            window.update(one, factor);
            expect(window.bytes).toBeGreaterThanOrEqual(2 * packet);
            expect(window.bytes).toBeLessThanOrEqual(65_536);
          }
        },
      ),
    );
  });
});
