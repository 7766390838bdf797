import { describe, expect, it } from 'vitest';
import { FakeBufferedSink } from '../testing/fake-buffered-sink.js';
import { ReceiverRig, digestOf } from '../testing/receiver-rig.js';
import { Speaker, testHeader } from '../testing/speaker.js';

function setUp(options: ConstructorParameters<typeof FakeBufferedSink>[1] = {}): {
  readonly rig: ReceiverRig;
  readonly sink: () => FakeBufferedSink;
} {
  const sinks: FakeBufferedSink[] = [];
  const rig: ReceiverRig = new ReceiverRig({
    createSink: () => {
      const sink = new FakeBufferedSink(rig.clock, options);
      sinks.push(sink);
      return sink;
    },
  });
  const sink = (): FakeBufferedSink => sinks[0]!;
  return { rig, sink };
}

describe('playout into a sink with a clock of its own', () => {
  it('fills the sink at the start level, and no more than it wants to hold', () => {
    const { rig, sink } = setUp({ aheadMs: 200 });
    const speaker = new Speaker({ frames: 100, framesPerPacket: 10 });
    rig.deliver(...speaker.packets, speaker.end);
    expect(sink().writesAtMs).toHaveLength(20);
    rig.clock.advance(3000);
    expect(sink().mostQueuedMs).toBeLessThanOrEqual(200);
    expect(sink().gapMs).toBe(0);
    expect(sink().samples).toHaveLength(100 * 160);
    expect(sink().finished).toBeGreaterThan(0);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete', stalls: 0, framesPlayed: 100, atMs: 3000 });
    expect(rig.digest.digest('hex')).toBe(digestOf(speaker.payloads));
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('says that playout started when the first sample left the sink', () => {
    const { rig } = setUp();
    const speaker = new Speaker({ frames: 6 });
    rig.deliver(...speaker.packets, speaker.end);
    expect(rig.log).toEqual(['start 1']);
    rig.clock.advance(3);
    expect(rig.log).toEqual(['start 1', 'playout 1']);
    rig.clock.advance(1000);
    expect(rig.finished[0]).toMatchObject({ startedAtMs: 1003 });
    const started = rig.channel.reports.find(({ packet }) => packet.startedAgoMs !== undefined)!;
    expect(started.atMs - started.packet.startedAgoMs!).toBe(1003);
    expect(started.atMs).toBeLessThan(1010);
  });

  it('does not take the end of one utterance for the playhead of the next', () => {
    const { rig } = setUp({ aheadMs: 1000, latencyMs: 30 });
    const first = new Speaker({ frames: 50, framesPerPacket: 10 });
    rig.deliver(...first.packets, first.end);
    rig.clock.advance(1100);
    expect(rig.finished).toHaveLength(1);
    const next = new Speaker({ generation: 2, frames: 10, framesPerPacket: 1 });
    rig.deliver(next.packets[0]!);
    rig.clock.advance(20);
    const reports = rig.channel.reports.filter(({ packet }) => packet.generation === 2);
    expect(reports.length).toBeGreaterThan(0);
    for (const { packet } of reports) expect(packet.playheadFrame).toBe(0);
  });

  it('reports what has been heard, not what has been handed over', () => {
    const { rig } = setUp({ aheadMs: 1000, latencyMs: 30 });
    const speaker = new Speaker({ frames: 50, framesPerPacket: 10 });
    rig.deliver(...speaker.packets, speaker.end);
    for (const [atMs, frame] of [
      [25, 0],
      [55, 1],
      [105, 3],
      [505, 23],
    ] as const) {
      rig.clock.advance(1000 + atMs - rig.clock.nowMs());
      const [stream] = rig.receiver.streams;
      expect(stream!.playheadFrame).toBe(frame);
      expect(stream!.leadMs).toBe(1000 - atMs);
    }
  });

  it('does not stall while the sink sounds what it holds, and stalls when it has', () => {
    const { rig, sink } = setUp();
    const speaker = new Speaker({ frames: 12, framesPerPacket: 1 });
    rig.deliver(...speaker.packets.slice(0, 5));
    rig.clock.advance(99);
    expect(rig.log).toEqual(['start 1', 'playout 1']);
    rig.deliver(speaker.packets[5]!);
    rig.clock.advance(19);
    expect(rig.log).toHaveLength(2);
    rig.clock.advance(32);
    expect(rig.log.at(-1)).toBe('stall 1');
    rig.deliver(...speaker.packets.slice(6), speaker.end);
    rig.clock.advance(1000);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete', stalls: 1, framesPlayed: 12 });
    expect(rig.finished[0]!.stalledMs).toBe(sink().gapMs);
    expect(sink().gapMs).toBe(30);
  });

  it('counts a stall that nobody was awake to see', () => {
    const { rig, sink } = setUp();
    const speaker = new Speaker({ frames: 12, framesPerPacket: 2 });
    rig.deliver(speaker.packets[0]!);
    // The timer that would have seen it is late: the packet comes first.
    const nowMs = rig.clock.nowMs() + 45;
    Object.defineProperty(rig.clock, 'nowMs', { value: () => nowMs, configurable: true });
    rig.deliver(speaker.packets[1]!);
    Reflect.deleteProperty(rig.clock, 'nowMs');
    expect(rig.log).toContain('stall 1');
    expect(sink().samples).toHaveLength(2 * 160);
  });

  it('falls silent at once on barge-in, and says where', () => {
    const { rig, sink } = setUp({ aheadMs: 1000 });
    const speaker = new Speaker({ frames: 50, framesPerPacket: 10 });
    rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(210);
    const written = sink().samples.length;
    rig.deliver(speaker.flush);
    expect(sink().clears).toBe(1);
    expect(sink().samples).toHaveLength(written);
    expect(rig.finished[0]).toMatchObject({ outcome: 'flushed' });
    rig.clock.advance(10);
    expect(rig.channel.reports.at(-1)!.packet).toMatchObject({ playout: 'finished', playheadFrame: 10 });
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('waits until the sink is open', () => {
    const { rig, sink } = setUp({ isOpen: false });
    const speaker = new Speaker({ frames: 10 });
    rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(2000);
    expect(sink().samples).toHaveLength(0);
    expect(rig.receiver.streams[0]).toMatchObject({ playout: 'buffering', leadMs: 200 });
    sink().open();
    rig.clock.advance(1000);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete', startedAtMs: 3003 });
  });

  it('survives timers of one second', () => {
    const { rig, sink } = setUp({ aheadMs: 1500 });
    const speaker = new Speaker({ frames: 400, framesPerPacket: 40, header: testHeader });
    const setTimer = rig.clock.setTimer.bind(rig.clock);
    Object.defineProperty(rig.clock, 'setTimer', {
      value: (callback: () => void, delayMs: number) =>
        setTimer(callback, delayMs < 10 ? delayMs : Math.ceil(delayMs / 1000) * 1000),
    });
    rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(12_000);
    expect(sink().gapMs).toBe(0);
    expect(rig.finished[0]).toMatchObject({ outcome: 'complete', stalls: 0, framesPlayed: 400 });
  });

  it('lets go of the sink', () => {
    const { rig, sink } = setUp();
    rig.deliver(new Speaker({ frames: 10 }).packets[0]!);
    expect(sink().listenerCount).toBe(2);
    rig.receiver.dispose();
    expect(sink().listenerCount).toBe(0);
    expect(rig.finished[0]).toMatchObject({ outcome: 'incomplete' });
  });
});
