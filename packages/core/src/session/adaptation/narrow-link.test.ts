import type { LinkState, StreamSettings } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { NarrowLink } from './narrow-link.js';

const at = (capacityBytesPerSecond?: number): LinkState =>
  ({ ...(capacityBytesPerSecond === undefined ? {} : { capacityBytesPerSecond }) }) as LinkState;

describe('NarrowLink', () => {
  const settings: StreamSettings = {
    codec: { codecId: 'opus', bitrateBps: 12_000, frameMs: 20, complexity: 9 },
    batcherId: 'deadline',
    batch: { firstMs: 80, maxMs: 300 },
    playout: { startMs: 80, resumeMs: 300 },
    leadCapMs: 15_000,
    window: { bandwidthDelayProducts: 1, initialPackets: 16 },
    redundancy: { copiedPackets: 6, copyDelaysMs: [30, 60] },
    reportIntervalMs: 150,
  };

  it('makes packets long and copies few, late, where the link carries less than six times the audio', () => {
    const fitted = new NarrowLink().fit(settings, at(6 * 1500 - 1));
    const { copiedPackets, copyDelaysMs, copiesTail } = fitted.redundancy;
    expect(copiedPackets * copyDelaysMs.length).toBeLessThan(6);
    expect(Math.min(...copyDelaysMs)).toBeGreaterThan(60);
    expect(copiesTail).toBe(false);
    expect(fitted.codec.frameMs).toBe(60);
    expect(fitted.batch.firstMs).toBeGreaterThan(settings.batch.firstMs);
    expect(fitted.playout.startMs).toBeGreaterThanOrEqual(settings.playout.startMs);
  });

  it('leaves settings alone elsewhere, and where nothing is known', () => {
    const link = new NarrowLink();
    for (const conditions of [undefined, at(), at(6 * 1500)])
      expect(link.fit(settings, conditions)).toBe(settings);
  });

  it('stays until the link carries nine times the audio, and gives the same object meanwhile', () => {
    const link = new NarrowLink();
    const fitted = link.fit(settings, at(4000));
    expect(link.fit(settings, at(9 * 1500 - 1))).toBe(fitted);
    expect(link.isNarrow).toBe(true);
    expect(link.fit(settings, at(9 * 1500))).toBe(settings);
    expect(link.isNarrow).toBe(false);
  });
});
