import type { LinkState, ProbeInput } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { ProbeHarness } from '../testing/rule-harness.js';
import { lossEvidence } from './loss-evidence.js';

type Context = Pick<ProbeInput, 'request' | 'quality'>;
const phase = (phase: 'sending' | 'sent'): Context => ({
  request: { scenario: 'conversation', labels: {}, phase, bufferAheadMs: 0 },
  quality: 'fair',
});
const playing = phase('sent');
const sending = phase('sending');

function linkOf(lossPercent: number, lossPackets: number, capacity?: number): LinkState {
  return {
    lossPercent,
    lossPackets,
    requiredBytesPerSecond: 3000,
    isQueueing: false,
    ...(capacity === undefined ? {} : { capacityBytesPerSecond: capacity }),
  } as LinkState;
}

const first = (link: LinkState | undefined, context: Context) =>
  new ProbeHarness(lossEvidence).ask(0, link, context);

describe('evidence of loss', () => {
  it('asks while the loss could be on either side of the line, and stops when that is settled', () => {
    const harness = new ProbeHarness(lossEvidence);
    expect(harness.ask(0, linkOf(3, 40), playing)).toMatchObject({ intervalMs: 30 });
    expect(harness.ask(600, linkOf(3.2, 60), playing)).toBeUndefined();
    expect(harness.ask(1200, linkOf(1.4, 300), playing)).toEqual({ intervalMs: 0, count: 0 });
  });

  it('asks little where next to nothing is known, and nothing of a link known to be clean, narrow, or poor', () => {
    expect(first(linkOf(0.4, 20), playing)).toMatchObject({ intervalMs: 80 });
    expect(first(linkOf(0, 60), playing)).toMatchObject({ intervalMs: 80 });
    expect(first(linkOf(0, 80), playing)).toBeUndefined();
    expect(first(linkOf(1, 90), playing)).toMatchObject({ intervalMs: 80 });
    expect(first(linkOf(1, 200), playing)).toBeUndefined();
    expect(first(linkOf(4, 40, 9000), playing)).toBeUndefined();
    expect(first(linkOf(4, 40), { ...sending, quality: 'poor' })).toBeUndefined();
    expect(first({ ...linkOf(4, 40), isQueueing: true }, sending)).toBeUndefined();
    expect(first(undefined, sending)).toBeUndefined();
  });

  it('watches a clean link while a long utterance is sent, and looks closely when it loses something', () => {
    const harness = new ProbeHarness(lossEvidence);
    expect(harness.ask(0, linkOf(0.2, 100), sending)).toBeUndefined();
    expect(harness.ask(1900, linkOf(0.2, 120), sending)).toBeUndefined();
    expect(harness.ask(2000, linkOf(0.2, 120), sending)).toMatchObject({ intervalMs: 70 });
    expect(harness.ask(2500, linkOf(2.2, 100), sending)).toMatchObject({ intervalMs: 20 });
    expect(harness.ask(2900, linkOf(0.2, 160), playing)).toEqual({ intervalMs: 0, count: 0 });
  });

  it('watches an utterance for as long as it lasts: the probes never run out', () => {
    const harness = new ProbeHarness(lossEvidence);
    let left = 0;
    let intervalMs = 0;
    let requests = 0;
    let unwatchedMs = 0;
    for (let nowMs = 0; nowMs < 600_000; nowMs += 50) {
      const request = harness.ask(nowMs, linkOf(0.2, 100), sending);
      if (request !== undefined) ({ intervalMs, count: left } = request);
      if (request !== undefined) requests++;
      left = Math.max(0, left - 50 / Math.max(1, intervalMs));
      if (nowMs > 2000 && left === 0) unwatchedMs += 50;
    }
    expect(unwatchedMs).toBe(0);
    expect(requests).toBeLessThan(20);
  });

  it('asks nothing of a clean link for the sake of a short answer, however many follow', () => {
    const harness = new ProbeHarness(lossEvidence);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
      const context = nowMs % 6000 < 1500 ? sending : playing;
      expect(harness.ask(nowMs, linkOf(0.2, 100), context)).toBeUndefined();
    }
  });

  it('keeps to its budget for as long as nothing is settled', () => {
    const harness = new ProbeHarness(lossEvidence);
    let asked = 0;
    let intervalMs = 0;
    for (let nowMs = 0; nowMs < 60_000; nowMs += 10) {
      const request = harness.ask(nowMs, linkOf(3, 40), playing);
      if (request !== undefined) intervalMs = request.count === 0 ? 0 : request.intervalMs;
      if (intervalMs > 0) asked += 10 / intervalMs;
    }
    expect(asked).toBeGreaterThan(390);
    expect(asked).toBeLessThan(400 + 0.02 * 60 + 5);
  });
});
