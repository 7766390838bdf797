import { audioFlag, restampAudioPacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { ReceiverHarness } from '../testing/receiver-harness.js';
import { Speaker } from '../testing/speaker.js';

/** The packet with which the utterance begins for a receiver that came while it was being spoken. */
function asStart(packet: Uint8Array): Uint8Array {
  const start = packet.slice();
  restampAudioPacket(start, 500, audioFlag.start);
  return start;
}

function framesFrom(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, at) => first + at);
}

describe('a receiver that comes in the middle of an utterance', () => {
  it('plays the rest, from the packet that says where it begins', () => {
    const harness = new ReceiverHarness();
    // The last frame holds 100 samples of speech.
    const speaker = new Speaker({ frames: 100, headers: 99, sampleCount: 99 * 160 + 100 });
    harness.deliver(asStart(speaker.packets[30]!), ...speaker.packets.slice(31), speaker.end);
    // The first frame is being played.
    expect(harness.channel.reports[0]!.packet).toMatchObject({ nextSequence: 31, playheadFrame: 61 });
    harness.clock.advance(2000);
    expect(harness.playedFrames.map(({ index }) => index)).toEqual(framesFrom(60, 100));
    expect([...harness.heard.subarray(0, 160)]).toEqual(new Array(160).fill(6000));
    expect([...harness.heard.subarray(39 * 160, 40 * 160)]).toEqual([
      ...new Array(100).fill(9900),
      ...new Array(60).fill(0),
    ]);
    expect(harness.finished).toMatchObject([
      { outcome: 'complete', firstFrame: 60, frameCount: 100, framesPlayed: 40, framesLost: 0, stalls: 0 },
    ]);
    expect(harness.channel.reports.at(-1)!.packet).toMatchObject({ playout: 'finished', playheadFrame: 100 });
  });

  it('waits for that packet when others have overtaken it, and forgets what lies before', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 100, headers: 99 });
    harness.deliver(speaker.packets[29]!, ...speaker.packets.slice(31), speaker.end);
    harness.clock.advance(300);
    expect(harness.playedFrames).toEqual([]);
    harness.deliver(asStart(speaker.packets[30]!));
    expect(harness.channel.reports.at(-1)!.packet).toMatchObject({ nextSequence: 50, isEndKnown: true });
    harness.clock.advance(2000);
    expect(harness.playedFrames.map(({ index }) => index)).toEqual(framesFrom(60, 100));
    expect(harness.receiver.streams).toMatchObject([{ heldBytes: 0 }]);
  });

  it('may come after any number of packets', () => {
    for (const first of [4500, 32_760, 65_530]) {
      const harness = new ReceiverHarness();
      const speaker = new Speaker({ frames: first + 40, framesPerPacket: 1, headers: first + 40 });
      harness.deliver(...speaker.packets.slice(first + 1, first + 10));
      harness.deliver(asStart(speaker.packets[first]!), ...speaker.packets.slice(first + 1), speaker.end);
      harness.clock.advance(2000);
      expect(harness.playedFrames.map(({ index }) => index)).toEqual(framesFrom(first, first + 40));
      expect(harness.finished).toMatchObject([{ outcome: 'complete', framesLost: 0 }]);
    }
  });

  it('is not moved on by the start of another receiver of its participant', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 100, headers: 99 });
    harness.deliver(...speaker.packets.slice(0, 20));
    harness.deliver(asStart(speaker.packets[30]!));
    harness.clock.advance(100);
    harness.deliver(asStart(speaker.packets[31]!), ...speaker.packets.slice(20), speaker.end);
    harness.clock.advance(3000);
    expect(harness.playedFrames.map(({ index }) => index)).toEqual(framesFrom(0, 100));
  });

  it('believes no start that lies beyond the end', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 10, headers: 99 });
    const other = new Speaker({ frames: 100, headers: 99 });
    harness.deliver(speaker.end, asStart(other.packets[40]!));
    expect(harness.receiver.counters.refused).toBe(1);
    harness.deliver(...speaker.packets);
    harness.clock.advance(1000);
    expect(harness.finished).toMatchObject([{ outcome: 'complete', firstFrame: 0, framesPlayed: 10 }]);
  });
});
