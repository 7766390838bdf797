import type { LinkState } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { EvidenceWanted } from './evidence-wanted.js';

const playing = { isPoor: false, isSending: false };
const sending = { isPoor: false, isSending: true };

function conditions(lossPercent: number, lossPackets: number, capacity?: number): LinkState {
  return {
    lossPercent,
    lossPackets,
    requiredBytesPerSecond: 3000,
    minRttMs: 40,
    owdVariationMs: 5,
    ...(capacity === undefined ? {} : { capacityBytesPerSecond: capacity }),
  } as LinkState;
}

describe('EvidenceWanted', () => {
  it('asks while the loss could be on either side of the line, and stops when that is settled', () => {
    const wanted = new EvidenceWanted();
    expect(wanted.wish(conditions(3, 40), playing, 0)).toMatchObject({ intervalMs: 30 });
    expect(wanted.wish(conditions(3.2, 60), playing, 600)).toBeUndefined();
    expect(wanted.wish(conditions(1.4, 300), playing, 1200)).toEqual({ intervalMs: 0, count: 0 });
  });

  it('asks little where next to nothing is known, and nothing of a link known to be clean, narrow, or poor', () => {
    expect(new EvidenceWanted().wish(conditions(0.4, 20), playing, 0)).toMatchObject({ intervalMs: 80 });
    expect(new EvidenceWanted().wish(conditions(0, 60), playing, 0)).toMatchObject({ intervalMs: 80 });
    expect(new EvidenceWanted().wish(conditions(0, 80), playing, 0)).toBeUndefined();
    expect(new EvidenceWanted().wish(conditions(1, 90), playing, 0)).toMatchObject({ intervalMs: 80 });
    expect(new EvidenceWanted().wish(conditions(1, 200), playing, 0)).toBeUndefined();
    expect(new EvidenceWanted().wish(conditions(4, 40, 9000), playing, 0)).toBeUndefined();
    expect(
      new EvidenceWanted().wish(conditions(4, 40), { isPoor: true, isSending: true }, 0),
    ).toBeUndefined();
    const queueing = { ...conditions(4, 40), isQueueing: true };
    expect(new EvidenceWanted().wish(queueing, sending, 0)).toBeUndefined();
    expect(new EvidenceWanted().wish(undefined, sending, 0)).toBeUndefined();
  });

  it('watches a clean link while a long utterance is sent, and looks closely when it loses something', () => {
    const wanted = new EvidenceWanted();
    expect(wanted.wish(conditions(0.2, 100), sending, 0)).toBeUndefined();
    expect(wanted.wish(conditions(0.2, 120), sending, 1900)).toBeUndefined();
    expect(wanted.wish(conditions(0.2, 120), sending, 2000)).toMatchObject({ intervalMs: 70 });
    expect(wanted.wish(conditions(2.2, 100), sending, 2500)).toMatchObject({ intervalMs: 20 });
    expect(wanted.wish(conditions(0.2, 160), playing, 2900)).toEqual({ intervalMs: 0, count: 0 });
  });

  it('asks nothing of a clean link for the sake of a short answer, however many follow', () => {
    const wanted = new EvidenceWanted();
    for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
      const context = nowMs % 6000 < 1500 ? sending : playing;
      expect(wanted.wish(conditions(0.2, 100), context, nowMs)).toBeUndefined();
    }
  });

  it('keeps to its budget for as long as nothing is settled', () => {
    const wanted = new EvidenceWanted();
    let asked = 0;
    let intervalMs = 0;
    for (let nowMs = 0; nowMs < 60_000; nowMs += 10) {
      const wish = wanted.wish(conditions(3, 40), playing, nowMs);
      if (wish !== undefined) intervalMs = wish.count === 0 ? 0 : wish.intervalMs;
      if (intervalMs > 0) asked += 10 / intervalMs;
    }
    expect(asked).toBeGreaterThan(390);
    expect(asked).toBeLessThan(400 + 0.02 * 60 + 5);
  });
});
