import { EloquenceError } from '@eloquence/plugin-api';
import { encodeByePacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';
import { sampleSettings } from '../testing/sample-frames.js';

function leastRttsMs({ lane }: LaneHarness): [string, number][] {
  return lane.links.states(sampleSettings()).map(({ receiver, minRttMs }) => [receiver, minRttMs]);
}

describe('discovery of receivers', () => {
  it('probes until a receiver answers, and leaves nothing behind', async () => {
    const harness = new LaneHarness();
    const found = harness.lane.discover(500);
    await harness.clock.advanceAsync(130);
    expect(harness.channel.of('probe').map((sent) => sent.atMs - 5000)).toEqual([0, 60, 120]);
    const [probe] = harness.channel.of('probe');
    harness.channel.hello('ear', {
      probeNonce: probe!.packet.nonce,
      probeSendTimeMs: probe!.packet.sendTimeMs,
    });
    expect(await found).toBe(1);
    expect(harness.lane.receiverCount).toBe(1);
    expect(harness.clock.pendingTimers).toBe(0);
    await harness.clock.advanceAsync(1000);
    expect(harness.channel.of('probe')).toHaveLength(3);
  });

  it('gives up when the time is out, and when it is aborted', async () => {
    const harness = new LaneHarness();
    const found = harness.lane.discover(500);
    await harness.clock.advanceAsync(499);
    expect(harness.clock.pendingTimers).toBe(1);
    await harness.clock.advanceAsync(2);
    expect(await found).toBe(0);

    const controller = new AbortController();
    const aborted = harness.lane.discover(500, controller.signal).catch((error: unknown) => error);
    await harness.clock.advanceAsync(10);
    controller.abort(new EloquenceError('ABORTED', 'enough'));
    expect(await aborted).toMatchObject({ code: 'ABORTED' });
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('returns at once when it is known how far somebody is', async () => {
    const harness = new LaneHarness();
    harness.channel.hello('ear', { probeNonce: 7, probeSendTimeMs: 4960 });
    expect(await harness.lane.discover(500)).toBe(1);
    expect(harness.channel.of('probe')).toHaveLength(0);
    expect(leastRttsMs(harness)).toEqual([['ear', 40]]);
  });

  it('waits a little longer for the round trip to somebody who greeted without being asked', async () => {
    const harness = new LaneHarness();
    const found = harness.lane.discover(100);
    await harness.clock.advanceAsync(90);
    harness.channel.hello();
    // The value that stands for an unknown round trip.
    expect(leastRttsMs(harness)).toEqual([['ear', 100]]);
    await harness.clock.advanceAsync(300);
    harness.channel.hello('ear', { probeNonce: 7, probeSendTimeMs: 5120 });
    expect(await found).toBe(1);
    expect(leastRttsMs(harness)).toEqual([['ear', 270]]);
    expect(harness.clock.pendingTimers).toBe(0);

    harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'ear');
    harness.channel.hello('mute');
    const silent = harness.lane.discover(100);
    await harness.clock.advanceAsync(699);
    expect(harness.clock.pendingTimers).toBe(1);
    await harness.clock.advanceAsync(2);
    expect(await silent).toBe(1);
  });

  it('is no more patient for many who greet without being asked', async () => {
    const harness = new LaneHarness();
    const found = harness.lane.discover(3000);
    await harness.clock.advanceAsync(100);
    for (let at = 0; at < 7; at++) {
      harness.channel.hello(`ear-${at}`);
      harness.channel.hello('ear-0');
      await harness.clock.advanceAsync(100);
    }
    expect(await found).toBe(7);
    expect(harness.clock.nowMs()).toBe(5800);
  });

  it('waits on for others when who had greeted is gone, and stops when it is aborted or the lane disposed', async () => {
    const harness = new LaneHarness();
    const found = harness.lane.discover(3000);
    await harness.clock.advanceAsync(100);
    harness.channel.hello('a');
    harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'a');
    await harness.clock.advanceAsync(2000);
    harness.channel.hello('b', { probeNonce: 7, probeSendTimeMs: 7040 });
    expect(await found).toBe(1);

    harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'b');
    harness.channel.hello('c');
    const controller = new AbortController();
    const aborted = harness.lane.discover(3000, controller.signal).catch((error: unknown) => error);
    controller.abort();
    expect(await aborted).toMatchObject({ code: 'ABORTED' });
    const disposed = harness.lane.discover(3000);
    harness.lane.dispose();
    await harness.clock.advanceAsync(60);
    expect(await disposed).toBe(0);
    expect(harness.clock.pendingTimers).toBe(0);
  });
});
