import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeBufferedSink } from '../testing/fake-buffered-sink.js';
import { ReceiverHarness } from '../testing/receiver-harness.js';
import { Speaker } from '../testing/speaker.js';

const stream = { sender: 's', channel: 0 };
const frameSamples = 160;

function setUp(aheadMs: number) {
  const sinks: FakeBufferedSink[] = [];
  const harness: ReceiverHarness = new ReceiverHarness({
    smoothing: false,
    createSink: () => {
      const sink = new FakeBufferedSink(harness.clock, { aheadMs });
      sinks.push(sink);
      return sink;
    },
  });
  return { harness, sink: () => sinks[0]! };
}

describe('an utterance that its sender goes on with elsewhere', () => {
  it('is taken back from the sink beyond the frame, exactly, and ends there', () => {
    const { harness, sink } = setUp(1000);
    harness.deliver(...new Speaker({ frames: 60, framesPerPacket: 2 }).packets);
    harness.clock.advance(200);
    expect(sink().buffer.queuedMs).toBeGreaterThan(700);
    expect(harness.receiver.limitUtterance(stream, 1, 20)).toBe(0);
    expect(sink().buffer.queuedMs).toBe(200);
    expect(harness.receiver.streams[0]).toMatchObject({
      playout: 'playing',
      bufferAheadMs: 200,
      playheadFrame: 10,
    });
    harness.clock.advance(199);
    expect(harness.finished).toEqual([]);
    harness.clock.advance(2);
    expect(harness.finished).toMatchObject([{ outcome: 'complete', stalls: 0, framesLost: 0 }]);
    expect(sink().samples).toHaveLength(20 * frameSamples);
    expect(harness.channel.reports.at(-1)!.packet.playheadFrame).toBe(20);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('falls silent at once if it has been heard beyond the frame', () => {
    const { harness, sink } = setUp(1000);
    harness.deliver(...new Speaker({ frames: 60, framesPerPacket: 2 }).packets);
    harness.clock.advance(500);
    // 25 frames have been heard, the first four of which are quiet.
    expect(harness.receiver.limitUtterance(stream, 1, 5)).toBe(20 * 20);
    harness.clock.advance(1);
    expect(harness.finished).toMatchObject([{ outcome: 'complete', stalls: 0 }]);
    expect(sink().samples).toHaveLength(25 * frameSamples);
  });

  it('tells how much of what is said again has been heard, from the first sound on, even after its end', () => {
    const { harness } = setUp(1000);
    const speaker = new Speaker({ frames: 30, framesPerPacket: 2 });
    harness.deliver(...speaker.packets);
    harness.clock.advance(300);
    expect(harness.receiver.limitUtterance(stream, 1, 2)).toBe((15 - 4) * 20);
    const other = setUp(1000).harness;
    other.deliver(...speaker.packets, speaker.end);
    other.clock.advance(2000);
    expect(other.finished).toHaveLength(1);
    expect(other.receiver.limitUtterance(stream, 1, 10)).toBe(20 * 20);
    expect(other.receiver.limitUtterance(stream, 2, 0)).toBe(0);
    expect(other.receiver.limitUtterance({ sender: 'other', channel: 0 }, 1, 0)).toBe(0);
  });

  it('is played to the frame, no less and no more, whenever the limit comes', () => {
    const place = fc.record({
      arrived: fc.integer({ min: 1, max: 30 }),
      frame: fc.integer({ min: 0, max: 60 }),
      atMs: fc.integer({ min: 0, max: 1500 }),
      aheadMs: fc.constantFrom(100, 400, 1500),
    });
    fc.assert(
      fc.property(place, ({ arrived, frame, atMs, aheadMs }) => {
        const { harness, sink } = setUp(aheadMs);
        const speaker = new Speaker({ frames: 60, framesPerPacket: 2 });
        harness.deliver(...speaker.packets.slice(0, arrived));
        harness.clock.advance(atMs);
        const heardMs = Math.min(atMs, 2 * arrived * 20);
        harness.receiver.limitUtterance(stream, 1, frame);
        // What was sent before is still on its way; what lies beyond the frame is not wanted any more.
        harness.deliver(...speaker.packets.slice(arrived));
        harness.clock.advance(5000);
        const heardFrames = sink().samples.length / frameSamples;
        // A block that was being made, and the frame that it was made of, may be heard beyond.
        expect(heardFrames).toBeGreaterThanOrEqual(frame);
        expect(heardFrames * 20).toBeLessThanOrEqual(Math.max(frame * 20, heardMs) + 20);
        expect(harness.finished).toMatchObject([{ outcome: 'complete', framesDuplicated: 0 }]);
        harness.receiver.dispose();
      }),
      { numRuns: 200 },
    );
  });

  it('goes on with the next utterance', () => {
    const { harness, sink } = setUp(600);
    harness.deliver(...new Speaker({ frames: 40 }).packets);
    harness.clock.advance(100);
    harness.receiver.limitUtterance(stream, 1, 10);
    const next = new Speaker({ utteranceSequence: 2, frames: 15 });
    harness.deliver(...next.packets, next.end);
    harness.clock.advance(3000);
    expect(harness.finished.map(({ utteranceSequence, outcome }) => [utteranceSequence, outcome])).toEqual([
      [1, 'complete'],
      [2, 'complete'],
    ]);
    expect(sink().samples).toHaveLength(25 * frameSamples);
  });
});
