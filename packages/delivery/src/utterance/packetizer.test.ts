import type { EncodedFrame } from '@eloquence/plugin-api';
import { type AudioPacket, audioFlag, audioHeaderBytes, decodePacket } from '@eloquence/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Packetizer, maxBatchBytes } from './packetizer.js';
import { opusFormat, sampleFrames, sampleSettings } from '../testing/sample-frames.js';

function decoded(bytes: Uint8Array): AudioPacket {
  const packet = decodePacket(bytes);
  if (packet.type !== 'audio') throw new Error(`decoded as ${packet.type}`);
  return packet;
}

describe('Packetizer', () => {
  it('numbers packets and frames without gaps and keeps every byte', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 20 }), {
          minLength: 1,
          maxLength: 12,
        }),
        (batches) => {
          const packetizer = new Packetizer(3, 0xabcd, 1086);
          let index = 0;
          for (const [sequence, payloads] of batches.entries()) {
            const frames = payloads.map((payload) => ({ index: index++, payload, format: opusFormat }));
            const packet = packetizer.pack(frames, sampleSettings());
            const wire = decoded(packet.bytes);
            expect([wire.channel, wire.utteranceSequence, wire.sequence]).toEqual([3, 0xabcd, sequence]);
            expect(wire.firstFrame).toBe(index - frames.length);
            expect(wire.payloads.map((view) => [...view])).toEqual(payloads.map((payload) => [...payload]));
            expect((wire.flags & audioFlag.start) !== 0).toBe(sequence === 0);
            expect(wire.streamHeader !== undefined).toBe(sequence < 3);
            expect(packet.endMs - packet.startMs).toBe(20 * frames.length);
          }
          expect([packetizer.packetCount, packetizer.frameCount]).toEqual([batches.length, index]);
          expect(packetizer.durationMs).toBe(20 * index);
        },
      ),
    );
  });

  it('tells each format in three packets, under an index of its own, and again when it comes back', () => {
    const packetizer = new Packetizer(0, 1, 1086);
    const seen: [number, boolean][] = [];
    const pack = (index: number, settings = sampleSettings()): void => {
      const wire = decoded(packetizer.pack(sampleFrames(index, 1), settings).bytes);
      seen.push([wire.formatIndex, wire.streamHeader !== undefined]);
    };
    for (let index = 0; index < 4; index++) pack(index);
    const other = sampleSettings({ reportIntervalMs: 100 });
    for (let index = 4; index < 6; index++) pack(index, other);
    for (let index = 6; index < 10; index++) pack(index);
    expect(seen).toEqual([
      [0, true],
      [0, true],
      [0, true],
      [0, false],
      [1, true],
      [1, true],
      [0, true],
      [0, true],
      [0, true],
      [0, false],
    ]);
  });

  it('carries a batch of the greatest size with the longest codec id', () => {
    const packetizer = new Packetizer(0, 1, 1086);
    const format = { ...opusFormat, codecId: 'x'.repeat(31) };
    const payload = new Uint8Array(maxBatchBytes(1086) - 2);
    expect(
      packetizer.pack([{ index: 0, payload, format }], sampleSettings()).bytes.length,
    ).toBeLessThanOrEqual(1086);
  });

  it('refuses what cannot be one packet, and is as it was afterwards', () => {
    const packetizer = new Packetizer(0, 1, 1086);
    const settings = sampleSettings();
    const wrong: EncodedFrame[][] = [
      [],
      sampleFrames(1, 2),
      [...sampleFrames(0, 1), ...sampleFrames(2, 1)],
      [...sampleFrames(0, 1), ...sampleFrames(1, 1, 60, { ...opusFormat, frameMs: 60 })],
      sampleFrames(0, 1, 1276),
      sampleFrames(0, 1, 1086 - audioHeaderBytes),
      sampleFrames(0, 30, 60),
    ];
    for (const frames of wrong) {
      expect(() => packetizer.pack(frames, settings)).toThrow(
        expect.objectContaining({ code: 'PACKET_MALFORMED' }),
      );
    }
    expect([packetizer.packetCount, packetizer.frameCount, packetizer.durationMs]).toEqual([0, 0, 0]);
    expect(decoded(packetizer.pack(sampleFrames(0, 2), settings).bytes).sequence).toBe(0);
  });

  it('takes sixteen formats; then the first that decodes alike serves for a new one, or it is refused', () => {
    const packetizer = new Packetizer(0, 1, 1086);
    const settingsOf = (at: number): ReturnType<typeof sampleSettings> =>
      sampleSettings({ reportIntervalMs: 10 * (at + 1) });
    for (let at = 0; at < 16; at++) packetizer.pack(sampleFrames(at, 1), settingsOf(at));
    const alike = decoded(packetizer.pack(sampleFrames(16, 1), settingsOf(16)).bytes);
    expect([alike.formatIndex, alike.streamHeader?.reportIntervalMs]).toEqual([0, 10]);
    const longer = { ...opusFormat, frameMs: 60 };
    const payload = new Uint8Array(10);
    expect(() => packetizer.pack([{ index: 17, payload, format: longer }], settingsOf(0))).toThrow(
      /16 formats/,
    );
    expect(packetizer.pack(sampleFrames(17, 1), settingsOf(3)).sequence).toBe(17);
  });
});
