import type { StreamSettings } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { AdjustmentHarness } from '../testing/rule-harness.js';
import { lowBandwidthTuning } from './low-bandwidth-tuning.js';

const settings: StreamSettings = {
  codec: { codecId: 'opus', bitrateBps: 12_000, frameMs: 20, complexity: 9 },
  batcherId: 'deadline',
  batch: { firstMs: 80, maxMs: 300 },
  playout: { initialBufferMs: 80, rebufferMs: 300 },
  maxBufferAheadMs: 15_000,
  window: { cwndGain: 1, initialPackets: 16 },
  redundancy: { redundantFirstPackets: 6, redundancyDelaysMs: [30, 60] },
  reportIntervalMs: 150,
};

class Harness extends AdjustmentHarness {
  constructor() {
    super(lowBandwidthTuning, settings);
  }

  at(capacityBytesPerSecond?: number): StreamSettings | undefined {
    return this.ask(0, capacityBytesPerSecond === undefined ? {} : { capacityBytesPerSecond }).settings;
  }
}

describe('tuning for low bandwidth', () => {
  it('makes packets long and copies few, late, where the link carries less than six times the audio', () => {
    const tuned = new Harness().at(6 * 1500 - 1)!;
    const { redundantFirstPackets, redundancyDelaysMs, redundantTail } = tuned.redundancy;
    expect(redundantFirstPackets * redundancyDelaysMs.length).toBeLessThan(6);
    expect(Math.min(...redundancyDelaysMs)).toBeGreaterThan(60);
    expect(redundantTail).toBe(false);
    expect(tuned.codec.frameMs).toBe(60);
    expect(tuned.batch.firstMs).toBeGreaterThan(settings.batch.firstMs);
    expect(tuned.playout.initialBufferMs).toBeGreaterThanOrEqual(settings.playout.initialBufferMs);
  });

  it('leaves settings alone elsewhere, and where nothing is known', () => {
    const harness = new Harness();
    expect(harness.ask(0).settings).toBeUndefined();
    for (const capacity of [undefined, 6 * 1500]) expect(harness.at(capacity)).toBeUndefined();
  });

  it('stays until the link carries nine times the audio, and gives the same settings meanwhile', () => {
    const harness = new Harness();
    const tuned = harness.at(4000);
    expect(harness.at(9 * 1500 - 1)).toEqual(tuned);
    expect(harness.memory).toEqual({ isNarrow: true });
    expect(harness.at(9 * 1500)).toBeUndefined();
    expect(harness.memory).toEqual({ isNarrow: false });
  });
});
