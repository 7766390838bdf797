import type { Adjustment, LinkEvent, LinkState, StreamSettings } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { AdjustmentHarness, someEvent, testSettings } from '../testing/rule-harness.js';
import { fastProtection } from './fast-protection.js';

const loss = someEvent({ newLosses: 1 });
const alarm = someEvent({ isAlarm: true });

class Harness extends AdjustmentHarness {
  constructor(settings: StreamSettings = testSettings) {
    super(fastProtection, settings);
  }

  at(nowMs: number, events: readonly LinkEvent[] = [], link: Partial<LinkState> = {}): Adjustment {
    return this.ask(
      nowMs,
      { receiver: 'ear', smoothedRttMs: 40, isQueueing: false, lossPercent: 0.5, ...link },
      { events },
    );
  }
}

describe('fast protection', () => {
  it('sends small batches, hedges and asks for more buffer, for four round trips but at least a second', () => {
    const harness = new Harness();
    expect(harness.at(0).settings).toBeUndefined();
    const careful = harness.at(0, [loss]).settings!;
    expect(careful.batch).toEqual({ firstMs: 80, maxMs: 80 });
    expect(careful.playout).toEqual({ initialBufferMs: 80, rebufferMs: 270 });
    expect(careful.redundancy).toMatchObject({ redundantNextPackets: 1, redundancyDelaysMs: [30] });
    expect(harness.at(999).settings).toBeDefined();
    expect(harness.at(1000).settings).toBeUndefined();
    harness.at(2000, [loss], { smoothedRttMs: 400 });
    expect([harness.at(3599).settings === undefined, harness.at(3600).settings === undefined]).toEqual([
      false,
      true,
    ]);
    expect(harness.memory).toMatchObject({ triggers: 2 });
  });

  it('gives the same token while nothing changes, so that nothing is applied twice, and another when on anew', () => {
    const harness = new Harness();
    const first = harness.at(10, [alarm]);
    const second = harness.at(30, [alarm]);
    expect(second).toMatchObject({ token: first.token, settings: first.settings, reason: 'alarm' });
    expect(harness.at(5000, [alarm]).token).not.toBe(first.token);
  });

  it('keeps to what the settings say of the tail', () => {
    const redundancy = { ...testSettings.redundancy, redundantTail: false };
    const harness = new Harness({ ...testSettings, redundancy });
    expect(harness.at(0, [loss]).settings!.redundancy).toMatchObject({
      redundantNextPackets: 1,
      redundantTail: false,
    });
  });

  it('copies nothing for a mere delay, and sends no smaller packets into a narrow, full or lossy link', () => {
    const harness = new Harness();
    expect(harness.at(1, [alarm]).settings!.redundancy).toBe(testSettings.redundancy);
    harness.at(2, [loss]);
    for (const narrow of [{ capacityBytesPerSecond: 5000 }, { isQueueing: true }, { lossPercent: 8 }]) {
      const careful = harness.at(3, [], narrow).settings!;
      expect(careful.batch).toBe(testSettings.batch);
      expect(careful.redundancy).toBe(testSettings.redundancy);
    }
  });

  it('is turned on by a stall, by silence, and by a stall that is likely; not by losses that are expected', () => {
    const reasonOf = (events: readonly LinkEvent[]): string | undefined => new Harness().at(0, events).reason;
    expect(reasonOf([someEvent({ newStalls: 1 })])).toBe('stall');
    expect(reasonOf([someEvent({ source: 'ack-timeout' }), loss])).toBe('loss, silence');
    expect(reasonOf([someEvent({ newLosses: 2, lossPercentBefore: 3 })])).toBeUndefined();
    const deliveryMs = { p5: 1, p50: 2, p95: 3 };
    const likely = { ear: { deliveryMs, stallProbability: [0.5, 1, 1, 1, 1] as const } };
    const link = { receiver: 'ear', smoothedRttMs: 40, isQueueing: false, lossPercent: 0, inFlightBytes: 10 };
    expect(new Harness().ask(0, link, { forecasts: likely }).reason).toBe('stall');
    expect(new Harness().ask(0, { ...link, inFlightBytes: 0 }, { forecasts: likely }).reason).toBeUndefined();
  });

  it('ends when an utterance begins', () => {
    const harness = new Harness();
    harness.at(0, [loss]);
    const request = { scenario: 'conversation', labels: {}, phase: 'start', bufferAheadMs: 0 } as const;
    expect(harness.ask(10, undefined, { request }).settings).toBeUndefined();
    expect(harness.at(20).settings).toBeUndefined();
  });
});
