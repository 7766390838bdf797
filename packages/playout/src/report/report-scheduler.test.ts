import { audioFlag, restampAudioPacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { ReceiverRig } from '../testing/receiver-rig.js';
import { Speaker, testHeader } from '../testing/speaker.js';

function steady(frames = 100): Speaker {
  return new Speaker({ frames, framesPerPacket: 1, header: { ...testHeader, startMs: 5000 } });
}

describe('reports', () => {
  it('reports the first packet at once, with what it brought', () => {
    const rig = new ReceiverRig();
    rig.deliver(steady().packets[0]!);
    expect(rig.channel.reports).toMatchObject([
      {
        atMs: 1000,
        options: { reliable: false, to: ['s'] },
        packet: {
          generation: 1,
          nextSequence: 1,
          playout: 'buffering',
          leadMs: 20,
          echo: { sendTimeMs: 0, holdMs: 0 },
        },
      },
    ]);
  });

  it('reports every eighth packet, and at the interval while packets come, 100 ms in the first second', () => {
    const rig = new ReceiverRig();
    const { packets } = steady();
    for (let at = 0; at < 9; at++) {
      rig.deliver(packets[at]!);
      rig.clock.advance(5);
    }
    expect(rig.channel.reports.map(({ atMs }) => atMs)).toEqual([1000, 1040]);
    rig.deliver(packets[9]!);
    rig.clock.advance(500);
    expect(rig.channel.reports.map(({ atMs }) => atMs)).toEqual([1000, 1040, 1140]);
    rig.clock.advance(500);
    rig.deliver(packets[10]!);
    rig.clock.advance(0);
    expect(rig.channel.reports.at(-1)!.atMs).toBe(2045);
    rig.deliver(packets[11]!);
    rig.clock.advance(500);
    expect(rig.channel.reports.at(-1)!.atMs).toBe(2245);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('reports a gap at once, every 40 ms as long as it is open, and 50 times at most', async () => {
    const rig = new ReceiverRig();
    const { packets } = steady();
    rig.deliver(packets[0]!);
    await rig.clock.advanceAsync(10);
    rig.deliver(packets[2]!);
    const { reports } = rig.channel;
    expect(reports.at(-1)).toMatchObject({ atMs: 1010, packet: { nextSequence: 1, bitmapLow: 1 } });
    await rig.clock.advanceAsync(100);
    expect(rig.channel.reports.map(({ atMs }) => atMs)).toEqual([1000, 1010, 1050, 1090]);
    await rig.clock.advanceAsync(60_000);
    expect(rig.channel.reports).toHaveLength(2 + 50);
    expect(rig.clock.pendingTimers).toBe(0);
    rig.deliver(packets[4]!);
    expect(rig.channel.reports).toHaveLength(53);
    rig.deliver(packets[1]!);
    await rig.clock.advanceAsync(60_000);
    expect(rig.channel.reports.length).toBeGreaterThanOrEqual(53 + 50);
    rig.deliver(packets[3]!);
    await rig.clock.advanceAsync(1000);
    const settled = rig.channel.reports.length;
    await rig.clock.advanceAsync(60_000);
    expect(rig.channel.reports).toHaveLength(settled);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('asks for a missing tail once the end is known', () => {
    const rig = new ReceiverRig();
    const speaker = steady(4);
    rig.deliver(speaker.packets[0]!, speaker.end);
    rig.clock.advance(100);
    const last = rig.channel.reports.at(-1)!.packet;
    expect(last).toMatchObject({ isEndKnown: true, nextSequence: 1 });
    expect(rig.channel.reports.length).toBeGreaterThanOrEqual(4);
  });

  it('keeps 2 ms between two reports, and loses none of the news', () => {
    const rig = new ReceiverRig();
    const speaker = steady(400);
    for (const [at, packet] of speaker.packets.entries()) {
      if (at % 2 === 0) rig.deliver(packet);
      if (at % 10 === 0) rig.clock.advance(1);
    }
    rig.clock.advance(10);
    const times = rig.channel.reports.map(({ atMs }) => atMs);
    for (let at = 1; at < times.length; at++)
      expect(times[at]! - times[at - 1]!).toBeGreaterThanOrEqual(1.98);
    expect(rig.channel.reports.at(-1)!.packet.nextSequence).toBe(1);
    expect(times.length).toBeLessThan(40);
  });

  it('sends completion and the last report on both channels', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 4 });
    rig.deliver(...speaker.packets);
    rig.clock.advance(20);
    rig.deliver(speaker.end);
    rig.clock.advance(1000);
    const reliable = rig.channel.reports.filter(({ options }) => options.reliable);
    expect(reliable.map(({ packet }) => packet.playout)).toEqual(['playing', 'finished']);
    expect(reliable[0]!.packet.completedAgoMs).toBe(0);
    expect(reliable[1]!.packet).toMatchObject({
      playheadFrame: 4,
      startedAgoMs: 80,
      completedAgoMs: 60,
      isEndKnown: true,
    });
    for (const report of reliable) {
      const twin = rig.channel.reports.find(({ options, atMs }) => !options.reliable && atMs === report.atMs);
      expect(twin?.packet).toEqual(report.packet);
    }
  });

  it('tells of playout, stalls and their length', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 8, framesPerPacket: 2 });
    rig.deliver(speaker.packets[0]!);
    expect(rig.channel.reports.at(-1)!.packet).toMatchObject({ playout: 'playing', startedAgoMs: 0 });
    rig.clock.advance(60);
    expect(rig.channel.reports.at(-1)).toMatchObject({
      atMs: 1040,
      packet: { playout: 'stalled', stalls: 1, leadMs: 0 },
    });
    rig.deliver(speaker.packets[1]!, speaker.packets[2]!);
    rig.clock.advance(5);
    expect(rig.channel.reports.at(-1)!.packet).toMatchObject({
      playout: 'playing',
      stalls: 1,
      stalledMs: 20,
      lateFrames: 2,
    });
  });

  it('answers a sender that repeats the end, or packets, of what is over or here', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 4 });
    rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(2000);
    const before = rig.channel.reports.length;
    rig.deliver(speaker.end);
    expect(rig.channel.reports).toHaveLength(before + 1);
    expect(rig.channel.reports.at(-1)!.packet).toMatchObject({
      playout: 'finished',
      isEndKnown: true,
      nextSequence: 2,
    });
    rig.clock.advance(10);
    const repeat = speaker.packets[0]!.slice();
    restampAudioPacket(repeat, 5, audioFlag.copy);
    rig.deliver(repeat);
    expect(rig.channel.reports).toHaveLength(before + 1);
    restampAudioPacket(repeat, 5, audioFlag.repeat);
    rig.deliver(repeat);
    expect(rig.channel.reports).toHaveLength(before + 2);
  });

  it('reports a flush at once, on both channels', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 100 });
    rig.deliver(...speaker.packets.slice(0, 20));
    rig.clock.advance(100);
    rig.deliver(speaker.flush);
    const last = rig.channel.reports.slice(-2);
    expect(last.map(({ atMs, options }) => [atMs, options.reliable])).toEqual([
      [1100, false],
      [1100, true],
    ]);
    expect(last[0]!.packet).toMatchObject({ generation: 1, playout: 'finished', leadMs: 0 });
  });
});
