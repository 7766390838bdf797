import { describeBatcher } from '@eloquence/plugin-contracts';
import { describe, expect, it } from 'vitest';
import { FixedBatcher } from './fixed-batcher.js';

const batcher = new FixedBatcher();
const base = {
  frameCount: 5,
  payloadBytes: 300,
  durationMs: 100,
  oldestWaitMs: 0,
  batchesSent: 0,
  bufferAheadMs: 0,
  endsPhrase: false,
  nextFrameBytes: 60,
  maxPayloadBytes: 1086,
  settings: { firstMs: 40, maxMs: 120 },
};

describe('FixedBatcher', () => {
  it('sends at the longest duration, whatever the lead and the phrases', () => {
    for (const bufferAheadMs of [0, 100, 10_000]) {
      for (const endsPhrase of [false, true]) {
        expect(batcher.decide({ ...base, bufferAheadMs, endsPhrase }).flush).toBe(false);
        expect(
          batcher.decide({ ...base, bufferAheadMs, endsPhrase, frameCount: 6, durationMs: 120 }).flush,
        ).toBe(true);
      }
    }
  });

  it('sends what waited for two such durations', () => {
    expect(batcher.decide({ ...base, oldestWaitMs: 200 })).toMatchObject({
      flush: false,
      recheckAfterMs: 40,
    });
    expect(batcher.decide({ ...base, oldestWaitMs: 240 })).toEqual({ flush: true, reason: 'waited' });
  });
});

describeBatcher(
  { describe, it },
  { name: 'fixed', createFactory: () => ({ create: () => new FixedBatcher() }) },
);
