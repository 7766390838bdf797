import type { LinkState } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { FastProtection } from './fast-protection.js';
import { testSettings } from '../testing/session-bench.js';

const conditions = (changes: Partial<LinkState> = {}): LinkState =>
  ({ minRttMs: 40, owdVariationMs: 5, lossPercent: 0.5, ...changes }) as LinkState;

describe('FastProtection', () => {
  it('sends small batches, hedges and asks for more buffer, for four round trips but at least a second', () => {
    const protection = new FastProtection();
    expect(protection.apply(testSettings, conditions(), 0)).toBe(testSettings);
    expect(protection.trigger('loss', 0, 40)).toBe(true);
    const careful = protection.apply(testSettings, conditions(), 10);
    expect(careful.batch).toEqual({ firstMs: 80, maxMs: 80 });
    expect(careful.playout).toEqual({ startMs: 80, resumeMs: 270 });
    expect(careful.redundancy).toMatchObject({ hedgedPackets: 1, copyDelaysMs: [30] });
    expect(protection.isOn(999)).toBe(true);
    expect(protection.apply(testSettings, conditions(), 1000)).toBe(testSettings);
    protection.trigger('loss', 2000, 400);
    expect([protection.isOn(3599), protection.isOn(3600)]).toEqual([true, false]);
    expect(protection.triggers).toBe(2);
  });

  it('gives the same object while nothing changes, so that nothing is applied twice', () => {
    const protection = new FastProtection();
    protection.trigger('alarm', 0, 40);
    const first = protection.apply(testSettings, conditions(), 10);
    protection.trigger('alarm', 20, 40);
    expect(protection.apply(testSettings, conditions(), 30)).toBe(first);
    expect(protection.causes(30)).toEqual(['alarm']);
  });

  it('keeps to what the settings say of the tail', () => {
    const protection = new FastProtection();
    protection.trigger('loss', 0, 40);
    const settings = { ...testSettings, redundancy: { ...testSettings.redundancy, copiesTail: false } };
    expect(protection.apply(settings, conditions(), 1).redundancy).toMatchObject({
      hedgedPackets: 1,
      copiesTail: false,
    });
  });

  it('copies nothing for a mere delay, and sends no smaller packets into a narrow, full or lossy link', () => {
    const protection = new FastProtection();
    protection.trigger('alarm', 0, 40);
    expect(protection.apply(testSettings, conditions(), 1).redundancy).toBe(testSettings.redundancy);
    protection.trigger('loss', 2, 40);
    for (const narrow of [{ capacityBytesPerSecond: 5000 }, { isQueueing: true }, { lossPercent: 8 }]) {
      const careful = protection.apply(testSettings, conditions(narrow), 3);
      expect(careful.batch).toBe(testSettings.batch);
      expect(careful.redundancy).toBe(testSettings.redundancy);
    }
  });
});
