import { audioFlag, restampAudioPacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { ReceiverHarness } from '../testing/receiver-harness.js';
import { Speaker, testHeader } from '../testing/speaker.js';

function steady(frames = 100): Speaker {
  return new Speaker({ frames, framesPerPacket: 1, header: { ...testHeader, initialBufferMs: 5000 } });
}

describe('reports', () => {
  it('reports the first packet at once, with what it brought', () => {
    const harness = new ReceiverHarness();
    harness.deliver(steady().packets[0]!);
    expect(harness.channel.reports).toMatchObject([
      {
        atMs: 1000,
        options: { reliable: false, to: ['s'] },
        packet: {
          utteranceSequence: 1,
          nextSequence: 1,
          playout: 'buffering',
          bufferAheadMs: 20,
          echo: { sendTimeMs: 0, holdMs: 0 },
        },
      },
    ]);
  });

  it('reports every eighth packet, and at the interval while packets come, 100 ms in the first second', () => {
    const harness = new ReceiverHarness();
    const { packets } = steady();
    for (let at = 0; at < 9; at++) {
      harness.deliver(packets[at]!);
      harness.clock.advance(5);
    }
    expect(harness.channel.reports.map(({ atMs }) => atMs)).toEqual([1000, 1040]);
    harness.deliver(packets[9]!);
    harness.clock.advance(500);
    expect(harness.channel.reports.map(({ atMs }) => atMs)).toEqual([1000, 1040, 1140]);
    harness.clock.advance(500);
    harness.deliver(packets[10]!);
    harness.clock.advance(0);
    expect(harness.channel.reports.at(-1)!.atMs).toBe(2045);
    harness.deliver(packets[11]!);
    harness.clock.advance(500);
    expect(harness.channel.reports.at(-1)!.atMs).toBe(2245);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('reports a gap at once, every 40 ms as long as it is open, and 50 times at most', async () => {
    const harness = new ReceiverHarness();
    const { packets } = steady();
    harness.deliver(packets[0]!);
    await harness.clock.advanceAsync(10);
    harness.deliver(packets[2]!);
    const { reports } = harness.channel;
    expect(reports.at(-1)).toMatchObject({ atMs: 1010, packet: { nextSequence: 1, bitmapLow: 1 } });
    await harness.clock.advanceAsync(100);
    expect(harness.channel.reports.map(({ atMs }) => atMs)).toEqual([1000, 1010, 1050, 1090]);
    await harness.clock.advanceAsync(60_000);
    expect(harness.channel.reports).toHaveLength(2 + 50);
    expect(harness.clock.pendingTimers).toBe(0);
    harness.deliver(packets[4]!);
    expect(harness.channel.reports).toHaveLength(53);
    harness.deliver(packets[1]!);
    await harness.clock.advanceAsync(60_000);
    expect(harness.channel.reports.length).toBeGreaterThanOrEqual(53 + 50);
    harness.deliver(packets[3]!);
    await harness.clock.advanceAsync(1000);
    const settled = harness.channel.reports.length;
    await harness.clock.advanceAsync(60_000);
    expect(harness.channel.reports).toHaveLength(settled);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('asks for a missing tail once the end is known', () => {
    const harness = new ReceiverHarness();
    const speaker = steady(4);
    harness.deliver(speaker.packets[0]!, speaker.end);
    harness.clock.advance(100);
    const last = harness.channel.reports.at(-1)!.packet;
    expect(last).toMatchObject({ isEndKnown: true, nextSequence: 1 });
    expect(harness.channel.reports.length).toBeGreaterThanOrEqual(4);
  });

  it('keeps 2 ms between two reports, and loses none of the news', () => {
    const harness = new ReceiverHarness();
    const speaker = steady(400);
    for (const [at, packet] of speaker.packets.entries()) {
      if (at % 2 === 0) harness.deliver(packet);
      if (at % 10 === 0) harness.clock.advance(1);
    }
    harness.clock.advance(10);
    const times = harness.channel.reports.map(({ atMs }) => atMs);
    for (let at = 1; at < times.length; at++)
      expect(times[at]! - times[at - 1]!).toBeGreaterThanOrEqual(1.98);
    expect(harness.channel.reports.at(-1)!.packet.nextSequence).toBe(1);
    expect(times.length).toBeLessThan(40);
  });

  it('sends completion and the last report on both channels', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 4 });
    harness.deliver(...speaker.packets);
    harness.clock.advance(20);
    harness.deliver(speaker.end);
    harness.clock.advance(1000);
    const reliable = harness.channel.reports.filter(({ options }) => options.reliable);
    expect(reliable.map(({ packet }) => packet.playout)).toEqual(['playing', 'finished']);
    expect(reliable[0]!.packet.completedAgoMs).toBe(0);
    expect(reliable[1]!.packet).toMatchObject({
      playheadFrame: 4,
      startedAgoMs: 80,
      completedAgoMs: 60,
      isEndKnown: true,
    });
    for (const report of reliable) {
      const twin = harness.channel.reports.find(
        ({ options, atMs }) => !options.reliable && atMs === report.atMs,
      );
      expect(twin?.packet).toEqual(report.packet);
    }
  });

  it('tells of playout, stalls and their length', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 8, framesPerPacket: 2 });
    harness.deliver(speaker.packets[0]!);
    expect(harness.channel.reports.at(-1)!.packet).toMatchObject({ playout: 'playing', startedAgoMs: 0 });
    harness.clock.advance(60);
    expect(harness.channel.reports.at(-1)).toMatchObject({
      atMs: 1040,
      packet: { playout: 'stalled', stalls: 1, bufferAheadMs: 0 },
    });
    harness.deliver(speaker.packets[1]!, speaker.packets[2]!);
    harness.clock.advance(5);
    expect(harness.channel.reports.at(-1)!.packet).toMatchObject({
      playout: 'playing',
      stalls: 1,
      stalledMs: 20,
      lateFrames: 2,
    });
  });

  it('answers a sender that repeats the end, or packets, of what is over or here', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 4 });
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(2000);
    const before = harness.channel.reports.length;
    harness.deliver(speaker.end);
    expect(harness.channel.reports).toHaveLength(before + 1);
    expect(harness.channel.reports.at(-1)!.packet).toMatchObject({
      playout: 'finished',
      isEndKnown: true,
      nextSequence: 2,
    });
    harness.clock.advance(10);
    const repeat = speaker.packets[0]!.slice();
    restampAudioPacket(repeat, 5, audioFlag.copy);
    harness.deliver(repeat);
    expect(harness.channel.reports).toHaveLength(before + 1);
    restampAudioPacket(repeat, 5, audioFlag.repeat);
    harness.deliver(repeat);
    expect(harness.channel.reports).toHaveLength(before + 2);
  });

  it('reports a flush at once, on both channels', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 100 });
    harness.deliver(...speaker.packets.slice(0, 20));
    harness.clock.advance(100);
    harness.deliver(speaker.flush);
    const last = harness.channel.reports.slice(-2);
    expect(last.map(({ atMs, options }) => [atMs, options.reliable])).toEqual([
      [1100, false],
      [1100, true],
    ]);
    expect(last[0]!.packet).toMatchObject({ utteranceSequence: 1, playout: 'finished', bufferAheadMs: 0 });
  });
});
