import { describe, expect, it } from 'vitest';
import { FakeBufferedSink } from '../testing/fake-buffered-sink.js';
import { ReceiverHarness, digestOf } from '../testing/receiver-harness.js';
import { Speaker, testHeader } from '../testing/speaker.js';

function setUp(options: ConstructorParameters<typeof FakeBufferedSink>[1] = {}): {
  readonly harness: ReceiverHarness;
  readonly sink: () => FakeBufferedSink;
} {
  const sinks: FakeBufferedSink[] = [];
  const harness: ReceiverHarness = new ReceiverHarness({
    createSink: () => {
      const sink = new FakeBufferedSink(harness.clock, options);
      sinks.push(sink);
      return sink;
    },
  });
  const sink = (): FakeBufferedSink => sinks[0]!;
  return { harness, sink };
}

describe('playout into a sink with a clock of its own', () => {
  it('fills the sink at the start level, and no more than it wants to hold', () => {
    const { harness, sink } = setUp({ aheadMs: 200 });
    const speaker = new Speaker({ frames: 100, framesPerPacket: 10 });
    harness.deliver(...speaker.packets, speaker.end);
    expect(sink().writesAtMs).toHaveLength(20);
    harness.clock.advance(3000);
    expect(sink().mostQueuedMs).toBeLessThanOrEqual(200);
    expect(sink().gapMs).toBe(0);
    expect(sink().samples).toHaveLength(100 * 160);
    expect(sink().finished).toBeGreaterThan(0);
    expect(harness.finished[0]).toMatchObject({
      outcome: 'complete',
      stalls: 0,
      framesPlayed: 100,
      atMs: 3000,
    });
    expect(harness.digest.digest('hex')).toBe(digestOf(speaker.payloads));
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('says that playout started when the first sample left the sink', () => {
    const { harness } = setUp();
    const speaker = new Speaker({ frames: 6 });
    harness.deliver(...speaker.packets, speaker.end);
    expect(harness.log).toEqual(['start 1']);
    harness.clock.advance(3);
    expect(harness.log).toEqual(['start 1', 'playout 1']);
    harness.clock.advance(1000);
    expect(harness.finished[0]).toMatchObject({ startedAtMs: 1003 });
    const started = harness.channel.reports.find(({ packet }) => packet.startedAgoMs !== undefined)!;
    expect(started.atMs - started.packet.startedAgoMs!).toBe(1003);
    expect(started.atMs).toBeLessThan(1010);
  });

  it('does not take the end of one utterance for the playhead of the next', () => {
    const { harness } = setUp({ aheadMs: 1000, latencyMs: 30 });
    const first = new Speaker({ frames: 50, framesPerPacket: 10 });
    harness.deliver(...first.packets, first.end);
    harness.clock.advance(1100);
    expect(harness.finished).toHaveLength(1);
    const next = new Speaker({ utteranceSequence: 2, frames: 10, framesPerPacket: 1 });
    harness.deliver(next.packets[0]!);
    harness.clock.advance(20);
    const reports = harness.channel.reports.filter(({ packet }) => packet.utteranceSequence === 2);
    expect(reports.length).toBeGreaterThan(0);
    for (const { packet } of reports) expect(packet.playheadFrame).toBe(0);
  });

  it('reports what has been heard, not what has been handed over', () => {
    const { harness } = setUp({ aheadMs: 1000, latencyMs: 30 });
    const speaker = new Speaker({ frames: 50, framesPerPacket: 10 });
    harness.deliver(...speaker.packets, speaker.end);
    for (const [atMs, frame] of [
      [25, 0],
      [55, 1],
      [105, 3],
      [505, 23],
    ] as const) {
      harness.clock.advance(1000 + atMs - harness.clock.nowMs());
      const [stream] = harness.receiver.streams;
      expect(stream!.playheadFrame).toBe(frame);
      expect(stream!.bufferAheadMs).toBe(1000 - atMs);
    }
  });

  it('does not stall while the sink sounds what it holds, and stalls when it has', () => {
    const { harness, sink } = setUp();
    const speaker = new Speaker({ frames: 12, framesPerPacket: 1 });
    harness.deliver(...speaker.packets.slice(0, 5));
    harness.clock.advance(99);
    expect(harness.log).toEqual(['start 1', 'playout 1']);
    harness.deliver(speaker.packets[5]!);
    harness.clock.advance(19);
    expect(harness.log).toHaveLength(2);
    harness.clock.advance(32);
    expect(harness.log.at(-1)).toBe('stall 1');
    harness.deliver(...speaker.packets.slice(6), speaker.end);
    harness.clock.advance(1000);
    expect(harness.finished[0]).toMatchObject({ outcome: 'complete', stalls: 1, framesPlayed: 12 });
    expect(harness.finished[0]!.stalledMs).toBe(sink().gapMs);
    expect(sink().gapMs).toBe(30);
  });

  it('counts a stall that nobody was awake to see', () => {
    const { harness, sink } = setUp();
    const speaker = new Speaker({ frames: 12, framesPerPacket: 2 });
    harness.deliver(speaker.packets[0]!);
    // The timer that would have seen it is late: the packet comes first.
    const nowMs = harness.clock.nowMs() + 45;
    Object.defineProperty(harness.clock, 'nowMs', { value: () => nowMs, configurable: true });
    harness.deliver(speaker.packets[1]!);
    Reflect.deleteProperty(harness.clock, 'nowMs');
    expect(harness.log).toContain('stall 1');
    expect(sink().samples).toHaveLength(2 * 160);
  });

  it('falls silent at once on barge-in, and says where', () => {
    const { harness, sink } = setUp({ aheadMs: 1000 });
    const speaker = new Speaker({ frames: 50, framesPerPacket: 10 });
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(210);
    const written = sink().samples.length;
    harness.deliver(speaker.flush);
    expect(sink().clears).toBe(1);
    expect(sink().samples).toHaveLength(written);
    expect(harness.finished[0]).toMatchObject({ outcome: 'flushed' });
    harness.clock.advance(10);
    expect(harness.channel.reports.at(-1)!.packet).toMatchObject({ playout: 'finished', playheadFrame: 10 });
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('waits until the sink is open', () => {
    const { harness, sink } = setUp({ isOpen: false });
    const speaker = new Speaker({ frames: 10 });
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(2000);
    expect(sink().samples).toHaveLength(0);
    expect(harness.receiver.streams[0]).toMatchObject({ playout: 'buffering', bufferAheadMs: 200 });
    sink().open();
    harness.clock.advance(1000);
    expect(harness.finished[0]).toMatchObject({ outcome: 'complete', startedAtMs: 3003 });
  });

  it('survives timers of one second', () => {
    const { harness, sink } = setUp({ aheadMs: 1500 });
    const speaker = new Speaker({ frames: 400, framesPerPacket: 40, header: testHeader });
    const setTimer = harness.clock.setTimer.bind(harness.clock);
    Object.defineProperty(harness.clock, 'setTimer', {
      value: (callback: () => void, delayMs: number) =>
        setTimer(callback, delayMs < 10 ? delayMs : Math.ceil(delayMs / 1000) * 1000),
    });
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(12_000);
    expect(sink().gapMs).toBe(0);
    expect(harness.finished[0]).toMatchObject({ outcome: 'complete', stalls: 0, framesPlayed: 400 });
  });

  it('lets go of the sink', () => {
    const { harness, sink } = setUp();
    harness.deliver(new Speaker({ frames: 10 }).packets[0]!);
    expect(sink().listenerCount).toBe(2);
    harness.receiver.dispose();
    expect(sink().listenerCount).toBe(0);
    expect(harness.finished[0]).toMatchObject({ outcome: 'incomplete' });
  });
});
