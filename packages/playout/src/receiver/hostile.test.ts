import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audioFlag, encodeAudioPacket, encodeEndPacket, encodeFlushPacket } from '@eloquence/wire';
import { ReceiverHarness } from '../testing/receiver-harness.js';
import { Speaker, testHeader } from '../testing/speaker.js';

interface Odd {
  readonly flags?: number;
  readonly utteranceSequence?: number;
  readonly sequence?: number;
  readonly firstFrame?: number;
  readonly frames?: number;
  readonly bytes?: number;
  readonly formatIndex?: number;
  readonly header?: typeof testHeader;
  readonly channel?: number;
}

function odd(options: Odd): Uint8Array {
  return encodeAudioPacket({
    type: 'audio',
    flags: options.flags ?? audioFlag.start,
    channel: options.channel ?? 0,
    formatIndex: options.formatIndex ?? 0,
    utteranceSequence: options.utteranceSequence ?? 1,
    sequence: options.sequence ?? 0,
    firstFrame: options.firstFrame ?? 0,
    sendTimeMs: 0,
    ...(options.header ? { streamHeader: options.header } : {}),
    payloads: Array.from({ length: options.frames ?? 1 }, () => new Uint8Array(options.bytes ?? 10)),
  });
}

describe('a hostile sender', () => {
  it('does not harm others with 10 000 identities, and does not grow the receiver', () => {
    const harness = new ReceiverHarness();
    for (let count = 0; count < 10_000; count++)
      harness.channel.deliver(odd({ channel: count % 16 }), `h${count}`);
    expect(harness.receiver.streams).toHaveLength(32);
    expect(harness.receiver.counters.streamsRefused).toBe(10_000 - 32);
    // Streams that stay quiet make room.
    harness.clock.advance(6000);
    const speaker = new Speaker();
    harness.deliver(...speaker.packets, speaker.end);
    harness.clock.advance(1000);
    expect(harness.finished.filter(({ sender }) => sender === 's')).toMatchObject([{ outcome: 'complete' }]);
    harness.receiver.dispose();
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('never takes the place of a stream that plays', () => {
    const harness = new ReceiverHarness();
    const speaker = new Speaker({ frames: 1000, framesPerPacket: 20 });
    harness.deliver(...speaker.packets);
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 100; count++) harness.channel.deliver(odd({}), `h${round}-${count}`);
      harness.clock.advance(6000);
    }
    harness.deliver(speaker.end);
    harness.clock.advance(5000);
    expect(harness.finished.filter(({ sender }) => sender === 's')).toMatchObject([
      { outcome: 'complete', framesPlayed: 1000 },
    ]);
  });

  it('is refused absurd sequence numbers, frame numbers and contradictions', () => {
    const harness = new ReceiverHarness();
    const packets = [
      { sequence: 5000 },
      { sequence: 40_000 },
      { firstFrame: 0xffff00 },
      { sequence: 1, header: testHeader },
      { sequence: 2, header: { ...testHeader, sampleRateHz: 16000 } },
    ].map((options) => odd({ flags: 0, ...options }));
    harness.deliver(...packets);
    expect(harness.receiver.counters.refused).toBe(4);
    const end = { type: 'end', channel: 0, utteranceSequence: 1, sampleCount: 0, sendTimeMs: 0 } as const;
    harness.deliver(encodeEndPacket({ ...end, packetCount: 1, frameCount: 100 }));
    harness.deliver(encodeEndPacket({ ...end, packetCount: 100, frameCount: 0 }));
    expect(harness.receiver.counters.refused).toBe(6);
    harness.deliver(encodeEndPacket({ ...end, packetCount: 2, frameCount: 2 }));
    harness.deliver(encodeEndPacket({ ...end, packetCount: 2, frameCount: 3 }));
    harness.deliver(odd({ flags: 0, sequence: 0, firstFrame: 2 }));
    expect(harness.receiver.counters.refused).toBe(8);
  });

  it('cannot make a stream hold more than its limits', () => {
    const harness = new ReceiverHarness();
    const largest = 255;
    for (let sequence = 1; sequence < 4000; sequence++) {
      harness.deliver(
        odd({ sequence, firstFrame: 1 + sequence * largest, frames: largest, bytes: 1275, formatIndex: 3 }),
      );
    }
    for (let utteranceSequence = 2; utteranceSequence < 60; utteranceSequence++) {
      for (let sequence = 1; sequence < 100; sequence++)
        harness.deliver(odd({ utteranceSequence, sequence, firstFrame: sequence, bytes: 0 }));
    }
    expect(harness.receiver.streams[0]!.heldBytes).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(harness.receiver.counters.refused).toBeGreaterThan(1000);
  });

  it('cannot shut out the frames that playout waits for', () => {
    const harness = new ReceiverHarness({ bufferMs: 1000 });
    const speaker = new Speaker({ frames: 400, framesPerPacket: 2 });
    harness.deliver(...speaker.packets.slice(1));
    expect(harness.receiver.counters.refused).toBeGreaterThan(100);
    harness.deliver(speaker.packets[0]!);
    for (let round = 0; round < 20; round++) {
      harness.clock.advance(500);
      harness.deliver(...speaker.packets, speaker.end);
    }
    harness.clock.advance(1000);
    expect(harness.finished).toMatchObject([{ outcome: 'complete', framesPlayed: 400, framesDuplicated: 0 }]);
  });

  it('gets one stream and one sink, however its utterance sequences jump', () => {
    let sinks = 0;
    const harness = new ReceiverHarness({
      createSink: () => {
        sinks++;
        return { write: () => undefined };
      },
    });
    for (let count = 0; count < 1000; count++)
      harness.deliver(odd({ utteranceSequence: (count * 7919) & 0xffff }));
    expect(sinks).toBe(1);
    expect(harness.receiver.streams).toHaveLength(1);
    expect(harness.receiver.streams[0]!.heldBytes).toBeLessThan(64 * 1000);
    harness.deliver(encodeFlushPacket({ type: 'flush', channel: 0, utteranceSequence: 30_000 }));
    harness.clock.advance(60_000);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('cannot make the receiver throw or leave timers with random packets', () => {
    const small = fc.nat(6);
    const packet = fc.oneof(
      fc
        .record({
          sequence: small,
          firstFrame: small,
          frames: fc.integer({ min: 1, max: 4 }),
          utteranceSequence: small,
        })
        .map(odd),
      fc
        .record({
          sequence: small,
          utteranceSequence: small,
          frameMs: fc.constantFrom(2.5, 10, 20, 60),
          formatIndex: fc.nat(2),
        })
        .map(({ frameMs, ...rest }) => odd({ ...rest, header: { ...testHeader, frameMs } })),
      fc
        .record({
          utteranceSequence: small,
          packetCount: small,
          frameCount: small,
          sampleCount: fc.nat(2000),
        })
        .map((fields) => encodeEndPacket({ type: 'end', channel: 0, sendTimeMs: 0, ...fields })),
      fc
        .record({ utteranceSequence: small })
        .map((fields) => encodeFlushPacket({ type: 'flush', channel: 0, ...fields })),
      fc.uint8Array({ maxLength: 60 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(packet, fc.nat(300)), { maxLength: 60 }), (deliveries) => {
        const harness = new ReceiverHarness();
        for (const [bytes, afterMs] of deliveries) {
          harness.deliver(bytes);
          harness.clock.advance(afterMs);
        }
        harness.clock.advance(30_000);
        expect(harness.clock.pendingTimers).toBe(0);
        expect(harness.finished.every(({ framesDuplicated }) => framesDuplicated === 0)).toBe(true);
        expect(harness.receiver.counters.listenerErrors).toBe(0);
        harness.receiver.dispose();
        expect(harness.codec.openDecoders).toBe(0);
      }),
      { numRuns: 400 },
    );
  });
});
