import type { LaneReport } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { LinkMonitor } from './link-monitor.js';
import { RttEstimator } from './rtt-estimator.js';

const report: LaneReport = {
  receiver: 'ear',
  atMs: 1000,
  utteranceSequence: 1,
  playout: 'playing',
  playheadFrame: 0,
  bufferAheadMs: 0,
  smoothedRttMs: 100,
  rttVariationMs: 20,
  minRttMs: 90,
  owdVariationMs: 0,
  deliveryRateBytesPerSecond: 0,
  lossPercent: 0,
  lateFrames: 0,
  stalls: 0,
  stalledMs: 0,
};
const demand = { requiredBytesPerSecond: 3000, batchBytes: 300, unackedForMs: 0 };
const present = [{ receiver: 'ear', rtt: new RttEstimator(), attributes: {} }];

describe('LinkMonitor: missed acknowledgements', () => {
  it('are those beyond RFC 6298 and the interval of reports', () => {
    const monitor = new LinkMonitor();
    expect(monitor.missedAfterMs(200)).toBe(500);
    monitor.add(report);
    expect(monitor.missedAfterMs(200)).toBe(100 + 4 * 20 + 200);
  });

  it('are what the policy says, and a signal from so many times that on', () => {
    const monitor = new LinkMonitor();
    monitor.ackTimeout = { rttVariations: 10, unknownMs: 900, signalTimeouts: 3 };
    expect(monitor.missedAfterMs(200)).toBe(1100);
    monitor.add(report);
    expect(monitor.missedAfterMs(200)).toBe(100 + 10 * 20 + 200);
    const worseningAfter = (unackedForMs: number): readonly string[] => {
      monitor.noteSilence(1000 + unackedForMs, unackedForMs, 200);
      return monitor.states(1000 + unackedForMs, demand, present)[0]!.worsening;
    };
    expect(worseningAfter(1500)).toEqual([]);
    expect(worseningAfter(1501)).toEqual(['silence']);
  });
});
