import type { LaneReport } from '@eloquence/plugin-api';
import { encodeByePacket, encodePongPacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';
import { sampleFrames, sampleSettings } from '../testing/sample-frames.js';
import type { ScriptedReceiver } from '../testing/scripted-receiver.js';

/** An utterance whose source pauses after the first packet, at a receiver 40 ms away. */
async function pausedUtterance(
  harness: LaneHarness,
): Promise<{ utteranceSequence: number; receiver: ScriptedReceiver }> {
  const receiver = harness.join();
  const utterance = harness.open();
  await utterance.ready();
  utterance.writeFrames({ frames: sampleFrames(0, 3) });
  await harness.clock.advanceAsync(100);
  return { utteranceSequence: utterance.utteranceSequence, receiver };
}

describe('DataLane: answers that come more than 65.5 s late', () => {
  it('takes no round trip from an echo that was held for longer than its field can tell', async () => {
    const harness = new LaneHarness();
    const reports: LaneReport[] = [];
    harness.lane.onDidReport((report) => reports.push(report));
    const { utteranceSequence, receiver } = await pausedUtterance(harness);
    const sendTimeMs = harness.channel.of('audio')[0]!.packet.sendTimeMs;
    await harness.clock.advanceAsync(69_900);
    const [before] = harness.lane.links.states(sampleSettings());
    harness.channel.report({
      ...receiver.report(utteranceSequence, sendTimeMs),
      echo: { sendTimeMs, holdMs: 65_535 },
    });
    expect(reports.at(-1)?.rttMs).toBeUndefined();
    expect(harness.lane.links.states(sampleSettings())[0]).toMatchObject({
      minRttMs: 40,
      smoothedRttMs: before!.smoothedRttMs,
      deliveryMs: 20,
    });
    // A hold that fits is worth as much as ever.
    const echo = { sendTimeMs, holdMs: 65_400 };
    const report = { ...receiver.report(utteranceSequence, sendTimeMs), echo };
    const fresh = new LaneHarness();
    const others = await pausedUtterance(fresh);
    fresh.lane.onDidReport((heard) => reports.push(heard));
    await fresh.clock.advanceAsync(65_370);
    fresh.channel.report({ ...report, utteranceSequence: others.utteranceSequence });
    expect(reports.at(-1)?.rttMs).toBe(70);
    harness.lane.dispose();
    fresh.lane.dispose();
  });

  it('takes no round trip from the PONG of a page that was locked', async () => {
    const harness = new LaneHarness({ idlePingsMs: 3000 });
    const receiver = harness.join();
    harness.lane.keepFresh();
    receiver.isMute = true;
    await harness.clock.advanceAsync(1000);
    const { nonce, sendTimeMs } = harness.channel.of('ping')[0]!.packet;
    await harness.clock.advanceAsync(70_000);
    harness.channel.bring(encodePongPacket({ type: 'pong', receiverId: 1, nonce, sendTimeMs }));
    // The value that stands for an unknown round trip.
    expect(harness.lane.links.states(sampleSettings())[0]?.minRttMs).toBe(100);
    expect(harness.lane.lastHeardAtMs).toBe(harness.clock.nowMs());
    harness.lane.dispose();
  });

  it('takes no round trip from such a HELLO, which cannot bring back who has taken leave since', async () => {
    const harness = new LaneHarness();
    const found = harness.lane.discover(50);
    await harness.clock.advanceAsync(100);
    await found;
    const { nonce: probeNonce, sendTimeMs: probeSendTimeMs } = harness.channel.of('probe')[0]!.packet;
    await harness.clock.advanceAsync(69_900);
    harness.channel.hello('ear', { probeNonce, probeSendTimeMs });
    expect(harness.lane.links.states(sampleSettings())[0]?.minRttMs).toBe(100);
    harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'ear');
    await harness.clock.advanceAsync(10_000);
    harness.channel.hello('ear', { probeNonce, probeSendTimeMs });
    expect(harness.lane.receiverCount).toBe(0);
    harness.lane.dispose();
  });
});

describe('DataLane: what an utterance counts', () => {
  it('goes on counting stalls beyond 255 and 65.5 s: an hour with five minutes of them', async () => {
    const harness = new LaneHarness();
    const receiver = harness.join();
    receiver.isPlaying = false;
    const utterance = harness.open();
    await harness.speak(utterance, 1);
    await harness.clock.advanceAsync(100);
    const figures = { stalls: 300, stalledMs: 300_000, concealedMs: 90_000 };
    const report = receiver.report(utterance.utteranceSequence, 0);
    harness.channel.report({ ...report, ...figures, playout: 'finished' });
    const { counters } = await utterance.played;
    expect(counters).toMatchObject(figures);
    expect(100 * (1 - counters.stalledMs / 3_600_000)).toBeCloseTo(91.67, 2);
  });
});
