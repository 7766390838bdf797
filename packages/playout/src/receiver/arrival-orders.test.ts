import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiverHarness, digestOf } from '../testing/receiver-harness.js';
import { Speaker } from '../testing/speaker.js';

/** Which packet arrives, and how long after the one before. */
interface Arrival {
  readonly packet: number;
  readonly afterMs: number;
}

const arrivals = (packetCount: number, extra: number): fc.Arbitrary<readonly Arrival[]> =>
  fc
    .tuple(
      fc.shuffledSubarray(
        Array.from({ length: packetCount }, (_, at) => at),
        { minLength: packetCount },
      ),
      fc.array(fc.tuple(fc.nat(packetCount - 1), fc.nat(packetCount)), { maxLength: extra }),
      fc.array(fc.integer({ min: 0, max: 60 }), {
        minLength: packetCount + extra,
        maxLength: packetCount + extra,
      }),
    )
    .map(([order, copies, delays]) => {
      const all = [...order];
      for (const [packet, place] of copies) all.splice(place, 0, packet);
      return all.map((packet, at) => ({ packet, afterMs: delays[at]! }));
    });

describe('whatever the network does', () => {
  it('plays each frame exactly once, in order, with the digest of what was sent', () => {
    const frames = 23;
    const framesPerPacket = 3;
    const packetCount = Math.ceil(frames / framesPerPacket);
    const sampleCount = frames * 160 - 77;
    fc.assert(
      // One more "packet" stands for END.
      fc.property(arrivals(packetCount + 1, 12), (order) => {
        const harness = new ReceiverHarness();
        const speaker = new Speaker({ frames, framesPerPacket, sampleCount, headers: 2 });
        for (const { packet, afterMs } of order) {
          harness.clock.advance(afterMs);
          harness.deliver(packet === packetCount ? speaker.end : speaker.packets[packet]!);
        }
        harness.clock.advance(2000);
        expect(harness.playedFrames.map(({ index }) => index)).toEqual(
          Array.from({ length: frames }, (_, at) => at),
        );
        expect(harness.digest.digest('hex')).toBe(digestOf(speaker.payloads));
        expect(harness.finished).toMatchObject([
          { outcome: 'complete', framesPlayed: frames, framesLost: 0, framesDuplicated: 0 },
        ]);
        // END may come after the last frame has begun: then its padding is heard.
        expect([sampleCount, frames * 160]).toContain(harness.finished[0]!.sampleCount);
        expect(harness.receiver.streams[0]).toMatchObject({ heldBytes: 0 });
        expect(harness.clock.pendingTimers).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('plays a contiguous beginning, and no more, of an utterance that loses packets for good', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 30 }), (order) => {
        const harness = new ReceiverHarness();
        const speaker = new Speaker({ utteranceSequence: 1, frames: 20 });
        const next = new Speaker({ utteranceSequence: 2, frames: 4 });
        harness.deliver(speaker.end);
        for (const packet of order) harness.deliver(speaker.packets[packet]!);
        harness.deliver(...next.packets, next.end);
        harness.clock.advance(20_000);
        const arrived = new Set(order);
        let contiguous = 0;
        // Packets 0 to 2 carry the stream header; without any of them nothing can be decoded.
        while (arrived.has(contiguous)) contiguous++;
        const heard = harness.playedFrames
          .filter(({ utteranceSequence }) => utteranceSequence === 1)
          .map(({ index }) => index);
        expect(heard).toEqual(Array.from({ length: heard.length }, (_, at) => at));
        expect([0, contiguous * 2]).toContain(heard.length);
        expect(harness.finished[0]).toMatchObject({
          utteranceSequence: 1,
          framesLost: 20 - heard.length,
          framesDuplicated: 0,
        });
        expect(harness.finished[1]).toMatchObject({ utteranceSequence: 2, outcome: 'complete' });
      }),
      { numRuns: 200 },
    );
  });

  it('drops exactly the flushed utterances, whatever is delivered around the flush', () => {
    const utteranceSequence = fc.integer({ min: 0, max: 4 });
    const step = fc.record({ utteranceSequence, packet: fc.nat(3), afterMs: fc.nat(40) });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.nat(60),
        utteranceSequence,
        (steps, flushAt, flushed) => {
          const harness = new ReceiverHarness();
          const base = 65_533;
          const speakers = [0, 1, 2, 3, 4].map(
            (offset) => new Speaker({ utteranceSequence: (base + offset) & 0xffff, frames: 6 }),
          );
          let blocksAfterFlush: number | undefined;
          for (const [at, { utteranceSequence: offset, packet, afterMs }] of [...steps.entries()]) {
            if (at === flushAt) {
              harness.deliver(speakers[flushed]!.flush);
              blocksAfterFlush = harness.blocks.length;
            }
            harness.clock.advance(afterMs);
            harness.deliver(speakers[offset]!.packets[packet] ?? speakers[offset]!.end);
          }
          harness.clock.advance(20_000);
          if (blocksAfterFlush !== undefined) {
            const old = speakers.slice(0, flushed + 1).map((speaker) => speaker.utteranceSequence);
            const later = harness.blocks.slice(blocksAfterFlush).map((block) => block.utteranceSequence!);
            expect(later.filter((value) => old.includes(value))).toEqual([]);
          }
          const played = harness.playedFrames.map(
            ({ utteranceSequence: value, index }) => `${value}/${index}`,
          );
          expect(new Set(played).size).toBe(played.length);
          const order = harness.playedFrames.map(({ utteranceSequence: value }) => (value - base) & 0xffff);
          expect(order).toEqual([...order].sort((a, b) => a - b));
        },
      ),
      { numRuns: 300 },
    );
  });
});
