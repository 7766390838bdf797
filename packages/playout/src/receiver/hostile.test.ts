import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audioFlag, encodeAudioPacket, encodeEndPacket, encodeFlushPacket } from '@eloquence/wire';
import { ReceiverRig } from '../testing/receiver-rig.js';
import { Speaker, testHeader } from '../testing/speaker.js';

interface Odd {
  readonly generation?: number;
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
    flags: audioFlag.start,
    channel: options.channel ?? 0,
    formatIndex: options.formatIndex ?? 0,
    generation: options.generation ?? 1,
    sequence: options.sequence ?? 0,
    firstFrame: options.firstFrame ?? 0,
    sendTimeMs: 0,
    ...(options.header ? { streamHeader: options.header } : {}),
    payloads: Array.from({ length: options.frames ?? 1 }, () => new Uint8Array(options.bytes ?? 10)),
  });
}

describe('a hostile sender', () => {
  it('does not harm others with 10 000 identities, and does not grow the receiver', () => {
    const rig = new ReceiverRig();
    for (let count = 0; count < 10_000; count++)
      rig.channel.deliver(odd({ channel: count % 16 }), `h${count}`);
    expect(rig.receiver.streams).toHaveLength(32);
    expect(rig.receiver.counters.streamsRefused).toBe(10_000 - 32);
    // Streams that stay quiet make room.
    rig.clock.advance(6000);
    const speaker = new Speaker();
    rig.deliver(...speaker.packets, speaker.end);
    rig.clock.advance(1000);
    expect(rig.finished.filter(({ sender }) => sender === 's')).toMatchObject([{ outcome: 'complete' }]);
    rig.receiver.dispose();
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('never takes the place of a stream that plays', () => {
    const rig = new ReceiverRig();
    const speaker = new Speaker({ frames: 1000, framesPerPacket: 20 });
    rig.deliver(...speaker.packets);
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 100; count++) rig.channel.deliver(odd({}), `h${round}-${count}`);
      rig.clock.advance(6000);
    }
    rig.deliver(speaker.end);
    rig.clock.advance(5000);
    expect(rig.finished.filter(({ sender }) => sender === 's')).toMatchObject([
      { outcome: 'complete', framesPlayed: 1000 },
    ]);
  });

  it('is refused absurd sequence numbers, frame numbers and contradictions', () => {
    const rig = new ReceiverRig();
    const packets = [
      odd({ sequence: 5000 }),
      odd({ sequence: 40_000 }),
      odd({ firstFrame: 0xffff00 }),
      odd({ sequence: 1, header: testHeader }),
      odd({ sequence: 2, header: { ...testHeader, sampleRateHz: 16000 } }),
    ];
    rig.deliver(...packets);
    expect(rig.receiver.counters.refused).toBe(4);
    const end = { type: 'end', channel: 0, generation: 1, sampleCount: 0, sendTimeMs: 0 } as const;
    rig.deliver(encodeEndPacket({ ...end, packetCount: 1, frameCount: 100 }));
    rig.deliver(encodeEndPacket({ ...end, packetCount: 100, frameCount: 0 }));
    expect(rig.receiver.counters.refused).toBe(6);
    rig.deliver(encodeEndPacket({ ...end, packetCount: 2, frameCount: 2 }));
    rig.deliver(encodeEndPacket({ ...end, packetCount: 2, frameCount: 3 }));
    rig.deliver(odd({ sequence: 0, firstFrame: 2 }));
    expect(rig.receiver.counters.refused).toBe(8);
  });

  it('cannot make a stream hold more than its limits', () => {
    const rig = new ReceiverRig();
    const largest = 255;
    for (let sequence = 1; sequence < 4000; sequence++) {
      rig.deliver(
        odd({ sequence, firstFrame: 1 + sequence * largest, frames: largest, bytes: 1275, formatIndex: 3 }),
      );
    }
    for (let generation = 2; generation < 60; generation++) {
      for (let sequence = 1; sequence < 100; sequence++)
        rig.deliver(odd({ generation, sequence, firstFrame: sequence, bytes: 0 }));
    }
    expect(rig.receiver.streams[0]!.heldBytes).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(rig.receiver.counters.refused).toBeGreaterThan(1000);
  });

  it('cannot shut out the frames that playout waits for', () => {
    const rig = new ReceiverRig({ bufferMs: 1000 });
    const speaker = new Speaker({ frames: 400, framesPerPacket: 2 });
    rig.deliver(...speaker.packets.slice(1));
    expect(rig.receiver.counters.refused).toBeGreaterThan(100);
    rig.deliver(speaker.packets[0]!);
    for (let round = 0; round < 20; round++) {
      rig.clock.advance(500);
      rig.deliver(...speaker.packets, speaker.end);
    }
    rig.clock.advance(1000);
    expect(rig.finished).toMatchObject([{ outcome: 'complete', framesPlayed: 400, framesDuplicated: 0 }]);
  });

  it('gets one stream and one sink, however its generations jump', () => {
    let sinks = 0;
    const rig = new ReceiverRig({
      createSink: () => {
        sinks++;
        return { write: () => undefined };
      },
    });
    for (let count = 0; count < 1000; count++) rig.deliver(odd({ generation: (count * 7919) & 0xffff }));
    expect(sinks).toBe(1);
    expect(rig.receiver.streams).toHaveLength(1);
    expect(rig.receiver.streams[0]!.heldBytes).toBeLessThan(64 * 1000);
    rig.deliver(encodeFlushPacket({ type: 'flush', channel: 0, generation: 30_000 }));
    rig.clock.advance(60_000);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('cannot make the receiver throw or leave timers with random packets', () => {
    const small = fc.nat(6);
    const packet = fc.oneof(
      fc
        .record({
          sequence: small,
          firstFrame: small,
          frames: fc.integer({ min: 1, max: 4 }),
          generation: small,
        })
        .map(odd),
      fc
        .record({
          sequence: small,
          generation: small,
          frameMs: fc.constantFrom(2.5, 10, 20, 60),
          formatIndex: fc.nat(2),
        })
        .map(({ frameMs, ...rest }) => odd({ ...rest, header: { ...testHeader, frameMs } })),
      fc
        .record({ generation: small, packetCount: small, frameCount: small, sampleCount: fc.nat(2000) })
        .map((fields) => encodeEndPacket({ type: 'end', channel: 0, sendTimeMs: 0, ...fields })),
      fc
        .record({ generation: small })
        .map((fields) => encodeFlushPacket({ type: 'flush', channel: 0, ...fields })),
      fc.uint8Array({ maxLength: 60 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(packet, fc.nat(300)), { maxLength: 60 }), (deliveries) => {
        const rig = new ReceiverRig();
        for (const [bytes, afterMs] of deliveries) {
          rig.deliver(bytes);
          rig.clock.advance(afterMs);
        }
        rig.clock.advance(30_000);
        expect(rig.clock.pendingTimers).toBe(0);
        expect(rig.finished.every(({ framesDuplicated }) => framesDuplicated === 0)).toBe(true);
        expect(rig.receiver.counters.listenerErrors).toBe(0);
        rig.receiver.dispose();
        expect(rig.codec.openDecoders).toBe(0);
      }),
      { numRuns: 400 },
    );
  });
});
