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
  encodeMarkPacket,
  encodePausePacket,
  encodePingPacket,
  encodePongPacket,
  encodeProbePacket,
  encodeRefPacket,
  encodeReportPacket,
  encodeResumePacket,
  encodeWordsPacket,
  packetType,
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
      Object.keys(packetType)
        .filter((type) => type !== 'silence' && type !== 'parity')
        .sort(),
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

/** As it stands in the file: bytes as hex. */
function toPlain(packet: WirePacket): Record<string, unknown> {
  const text = JSON.stringify(packet, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );
  return JSON.parse(text) as Record<string, unknown>;
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
      return encodeByePacket(packet);
    case 'words':
      return encodeWordsPacket(packet);
    case 'pause':
      return encodePausePacket(packet);
    case 'resume':
      return encodeResumePacket(packet);
    case 'mark':
      return encodeMarkPacket(packet);
    case 'ref':
      return encodeRefPacket(packet);
  }
}
