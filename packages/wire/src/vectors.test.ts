import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type WirePacket,
  decodePacket,
  encodeAudioPacket,
  encodeByePacket,
  encodeEndPacket,
  encodeFlushPacket,
  encodeHelloPacket,
  encodePingPacket,
  encodePongPacket,
  encodeProbePacket,
  encodeReportPacket,
  encodeWordsPacket,
} from './index.js';

interface Vector {
  readonly name: string;
  readonly hex: string;
  /** The packet, with payloads as hex; absent where the bytes are not one. */
  readonly packet?: Record<string, unknown>;
  readonly rejected?: 'unknown' | 'malformed';
}

const vectors = JSON.parse(
  readFileSync(new URL('../vectors/packets.json', import.meta.url), 'utf8'),
) as Vector[];

describe('committed vectors', () => {
  it('cover every packet type', () => {
    const types = new Set(vectors.flatMap((vector) => (vector.packet ? [vector.packet['type']] : [])));
    expect([...types].sort()).toEqual(
      ['audio', 'bye', 'end', 'flush', 'hello', 'ping', 'pong', 'probe', 'report', 'words'].sort(),
    );
  });

  for (const vector of vectors) {
    it(`reads and writes: ${vector.name}`, () => {
      const bytes = Uint8Array.from(Buffer.from(vector.hex, 'hex'));
      const read = decodePacket(bytes);
      if (vector.packet === undefined) {
        expect(read.type).toBe(vector.rejected);
        return;
      }
      expect(toPlain(read as WirePacket)).toEqual(vector.packet);
      expect(Buffer.from(encode(read as WirePacket)).toString('hex')).toBe(vector.hex);
    });
  }
});

function toPlain(packet: WirePacket): Record<string, unknown> {
  if (packet.type !== 'audio') return JSON.parse(JSON.stringify(packet)) as Record<string, unknown>;
  const payloads = packet.payloads.map((payload) => Buffer.from(payload).toString('hex'));
  return JSON.parse(JSON.stringify({ ...packet, payloads })) as Record<string, unknown>;
}

function encode(packet: WirePacket): Uint8Array {
  switch (packet.type) {
    case 'audio':
      return encodeAudioPacket(packet);
    case 'report':
      return encodeReportPacket(packet);
    case 'hello':
      return encodeHelloPacket(packet);
    case 'probe':
      return encodeProbePacket(packet);
    case 'flush':
      return encodeFlushPacket(packet);
    case 'end':
      return encodeEndPacket(packet);
    case 'ping':
      return encodePingPacket(packet);
    case 'pong':
      return encodePongPacket(packet);
    case 'bye':
      return encodeByePacket();
    case 'words':
      return encodeWordsPacket(packet);
  }
}
