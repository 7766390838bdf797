import { describe, expect, it } from 'vitest';
import { ReceiverLink } from './receiver-link.js';

describe('ReceiverLink', () => {
  it('takes a link for interrupted from an overdue acknowledgement until the receiver answers, be it to a probe', () => {
    const link = new ReceiverLink('ear');
    const demand = { requiredBytesPerSecond: 3000, batchBytes: 300, unackedForMs: 0 };
    const isOutage = (): boolean | undefined => link.state(2000, demand)?.isOutage;
    link.add({
      ...{
        receiver: 'ear',
        atMs: 1000,
        utteranceSequence: 1,
        playout: 'playing',
        playheadFrame: 0,
        bufferAheadMs: 0,
      },
      ...{ smoothedRttMs: 40, rttVariationMs: 5, minRttMs: 40, owdVariationMs: 0, lossPercent: 0 },
      ...{ deliveryRateBytesPerSecond: 0, lateFrames: 0, stalls: 0, stalledMs: 0 },
    });
    expect(isOutage()).toBe(false);
    link.noteSilence(1500, true);
    expect(isOutage()).toBe(true);
    link.addProbe({ receiver: 'ear', atMs: 1600, arrived: 1, lost: 0 });
    expect(isOutage()).toBe(false);
  });
});
