import { EloquenceError } from '@eloquence/plugin-api';
import { encodeByePacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneBench } from '../testing/lane-bench.js';
import { sampleSettings } from '../testing/sample-frames.js';

function leastRttsMs({ lane }: LaneBench): [string, number][] {
  return lane.links.states(sampleSettings()).map(({ receiver, minRttMs }) => [receiver, minRttMs]);
}

describe('discovery of receivers', () => {
  it('probes until a receiver answers, and leaves nothing behind', async () => {
    const bench = new LaneBench();
    const found = bench.lane.discover(500);
    await bench.clock.advanceAsync(130);
    expect(bench.channel.of('probe').map((sent) => sent.atMs - 5000)).toEqual([0, 60, 120]);
    const [probe] = bench.channel.of('probe');
    bench.channel.hello('ear', {
      probeNonce: probe!.packet.nonce,
      probeSendTimeMs: probe!.packet.sendTimeMs,
    });
    expect(await found).toBe(1);
    expect(bench.lane.receiverCount).toBe(1);
    expect(bench.clock.pendingTimers).toBe(0);
    await bench.clock.advanceAsync(1000);
    expect(bench.channel.of('probe')).toHaveLength(3);
  });

  it('gives up when the time is out, and when it is aborted', async () => {
    const bench = new LaneBench();
    const found = bench.lane.discover(500);
    await bench.clock.advanceAsync(499);
    expect(bench.clock.pendingTimers).toBe(1);
    await bench.clock.advanceAsync(2);
    expect(await found).toBe(0);

    const controller = new AbortController();
    const aborted = bench.lane.discover(500, controller.signal).catch((error: unknown) => error);
    await bench.clock.advanceAsync(10);
    controller.abort(new EloquenceError('ABORTED', 'enough'));
    expect(await aborted).toMatchObject({ code: 'ABORTED' });
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('returns at once when it is known how far somebody is', async () => {
    const bench = new LaneBench();
    bench.channel.hello('ear', { probeNonce: 7, probeSendTimeMs: 4960 });
    expect(await bench.lane.discover(500)).toBe(1);
    expect(bench.channel.of('probe')).toHaveLength(0);
    expect(leastRttsMs(bench)).toEqual([['ear', 40]]);
  });

  it('waits a little longer for the round trip to somebody who greeted without being asked', async () => {
    const bench = new LaneBench();
    const found = bench.lane.discover(100);
    await bench.clock.advanceAsync(90);
    bench.channel.hello();
    // The value that stands for an unknown round trip.
    expect(leastRttsMs(bench)).toEqual([['ear', 100]]);
    await bench.clock.advanceAsync(300);
    bench.channel.hello('ear', { probeNonce: 7, probeSendTimeMs: 5120 });
    expect(await found).toBe(1);
    expect(leastRttsMs(bench)).toEqual([['ear', 270]]);
    expect(bench.clock.pendingTimers).toBe(0);

    bench.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'ear');
    bench.channel.hello('mute');
    const silent = bench.lane.discover(100);
    await bench.clock.advanceAsync(699);
    expect(bench.clock.pendingTimers).toBe(1);
    await bench.clock.advanceAsync(2);
    expect(await silent).toBe(1);
  });

  it('is no more patient for many who greet without being asked', async () => {
    const bench = new LaneBench();
    const found = bench.lane.discover(3000);
    await bench.clock.advanceAsync(100);
    for (let at = 0; at < 7; at++) {
      bench.channel.hello(`ear-${at}`);
      bench.channel.hello('ear-0');
      await bench.clock.advanceAsync(100);
    }
    expect(await found).toBe(7);
    expect(bench.clock.nowMs()).toBe(5800);
  });

  it('waits on for others when who had greeted is gone, and stops when it is aborted or the lane disposed', async () => {
    const bench = new LaneBench();
    const found = bench.lane.discover(3000);
    await bench.clock.advanceAsync(100);
    bench.channel.hello('a');
    bench.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'a');
    await bench.clock.advanceAsync(2000);
    bench.channel.hello('b', { probeNonce: 7, probeSendTimeMs: 7040 });
    expect(await found).toBe(1);

    bench.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'b');
    bench.channel.hello('c');
    const controller = new AbortController();
    const aborted = bench.lane.discover(3000, controller.signal).catch((error: unknown) => error);
    controller.abort();
    expect(await aborted).toMatchObject({ code: 'ABORTED' });
    const disposed = bench.lane.discover(3000);
    bench.lane.dispose();
    await bench.clock.advanceAsync(60);
    expect(await disposed).toBe(0);
    expect(bench.clock.pendingTimers).toBe(0);
  });
});
