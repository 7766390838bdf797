import { readAudioPacket } from './audio-packet.js';
import { ByteReader } from './byte-reader.js';
import { readMarkPacket, readPausePacket, readRefPacket, readResumePacket } from './command-packets.js';
import {
  readByePacket,
  readEndPacket,
  readFlushPacket,
  readHelloPacket,
  readPingPacket,
  readPongPacket,
  readProbePacket,
} from './control-packets.js';
import { packetType, wireVersion } from './packet-type.js';
import type { MalformedPacket, UnknownPacket, WirePacket } from './packets.js';
import { readReportPacket } from './report-packet.js';
import { readWordsPacket } from './words-packet.js';

const readers = new Map<number, (reader: ByteReader) => WirePacket | MalformedPacket | undefined>([
  [packetType.audio, readAudioPacket],
  [packetType.report, readReportPacket],
  [packetType.hello, readHelloPacket],
  [packetType.probe, readProbePacket],
  [packetType.flush, readFlushPacket],
  [packetType.end, readEndPacket],
  [packetType.ping, readPingPacket],
  [packetType.pong, readPongPacket],
  [packetType.bye, readByePacket],
  [packetType.words, readWordsPacket],
  [packetType.pause, readPausePacket],
  [packetType.resume, readResumePacket],
  [packetType.mark, readMarkPacket],
  [packetType.ref, readRefPacket],
]);

/**
 * Reads a packet of any kind. Never throws, whatever the bytes: what cannot be read comes back as `unknown`
 * (another version or type) or `malformed`, for the caller to count. Payloads of audio packets are views into
 * `bytes`.
 */
export function decodePacket(bytes: Uint8Array): WirePacket | UnknownPacket | MalformedPacket {
  const reader = new ByteReader(bytes);
  const first = reader.u8();
  if (reader.isExhausted) return { type: 'malformed', reason: 'empty' };
  const version = first >> 6;
  const typeNumber = first & 63;
  const read = readers.get(typeNumber);
  if (version !== wireVersion || read === undefined) return { type: 'unknown', version, typeNumber };
  const packet = read(reader);
  if (packet === undefined) return { type: 'malformed', reason: `field of type ${typeNumber}` };
  if (reader.isExhausted) return { type: 'malformed', reason: `type ${typeNumber} too short` };
  return packet;
}
