import type { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { maxFrameBytes, readFrameLength, writeFrameLength } from './frame-length.js';
import { groupOf, readGroup } from './addressing.js';
import { audioFlag, packetType, wireVersion } from './packet-type.js';
import type { AudioPacket, MalformedPacket } from './packets.js';
import { readStreamHeader, writeStreamHeader } from './stream-header.js';

/** Bytes of an audio packet before its stream header and frames. */
export const audioHeaderBytes = 13;
const sendTimeOffset = 11;
const flagsOffset = 1;
/** Highest number of a frame (24 bits): 46 hours of 10 ms frames. */
export const maxFrameIndex = 0xffffff;

/** @throws RangeError if a field does not fit its place on the wire */
export function encodeAudioPacket(packet: AudioPacket): Uint8Array {
  if (packet.payloads.length === 0 || packet.payloads.length > 255) {
    throw new RangeError(`an audio packet carries 1 to 255 frames, not ${packet.payloads.length}`);
  }
  if (!(packet.firstFrame >= 0 && packet.firstFrame + packet.payloads.length <= maxFrameIndex)) {
    throw new RangeError(`frame number outside 0 to ${maxFrameIndex}: ${packet.firstFrame}`);
  }
  const hasHeader = packet.streamHeader !== undefined;
  const writer = new ByteWriter(1200);
  writer.u8((wireVersion << 6) | packetType.audio);
  const flags = hasHeader ? packet.flags | audioFlag.streamHeader : packet.flags & ~audioFlag.streamHeader;
  writer.u8((groupOf(packet) << 5) | (flags & 31));
  writer.u8(((packet.channel & 15) << 4) | (packet.formatIndex & 15));
  // Wraps: 16-bit serial numbers.
  writer.u16(packet.utteranceSequence & 0xffff);
  writer.u16(packet.sequence & 0xffff);
  writer.u24(packet.firstFrame);
  writer.u8(packet.payloads.length);
  // Wraps every 65.536 s.
  writer.u16(packet.sendTimeMs & 0xffff);
  if (packet.streamHeader) writeStreamHeader(writer, packet.streamHeader);
  for (const payload of packet.payloads) {
    if (payload.length > maxFrameBytes) throw new RangeError(`a frame has at most ${maxFrameBytes} bytes`);
    writeFrameLength(writer, payload.length);
    writer.bytes(payload);
  }
  return writer.finish();
}

/** Sets send time and flags of an encoded audio packet that is about to be sent again. */
export function restampAudioPacket(encoded: Uint8Array, sendTimeMs: number, extraFlags: number): void {
  encoded[flagsOffset] = encoded[flagsOffset]! | extraFlags;
  encoded[sendTimeOffset] = (sendTimeMs >>> 8) & 0xff;
  encoded[sendTimeOffset + 1] = sendTimeMs & 0xff;
}

/** Reads what follows the first byte. Payloads are views into the packet. */
export function readAudioPacket(reader: ByteReader): AudioPacket | MalformedPacket {
  const groupAndFlags = reader.u8();
  const flags = groupAndFlags & 31;
  const places = reader.u8();
  const utteranceSequence = reader.u16();
  const sequence = reader.u16();
  const firstFrame = reader.u24();
  const frameCount = reader.u8();
  const sendTimeMs = reader.u16();
  const streamHeader = (flags & audioFlag.streamHeader) !== 0 ? readStreamHeader(reader) : undefined;
  if ((flags & audioFlag.streamHeader) !== 0 && streamHeader === undefined) {
    return { type: 'malformed', reason: 'stream header' };
  }
  if (frameCount === 0) return { type: 'malformed', reason: 'no frames' };
  if (firstFrame + frameCount > maxFrameIndex) return { type: 'malformed', reason: 'frame number' };
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < frameCount && !reader.isExhausted; at++)
    payloads.push(reader.bytes(readFrameLength(reader)));
  if (reader.isExhausted) return { type: 'malformed', reason: 'audio packet too short' };
  if (reader.remaining > 0) return { type: 'malformed', reason: 'audio packet too long' };
  return {
    type: 'audio',
    ...readGroup(groupAndFlags >> 5),
    flags,
    channel: places >> 4,
    formatIndex: places & 15,
    utteranceSequence,
    sequence,
    firstFrame,
    sendTimeMs,
    ...(streamHeader ? { streamHeader } : {}),
    payloads,
  };
}
