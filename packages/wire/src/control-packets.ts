import { readAttributes, writeAttributes } from './attributes.js';
import type { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { groupAndChannel, ownId, readGroup } from './addressing.js';
import { extensionTag, readExtension, writeExtension } from './extension.js';
import { packetType, wireVersion } from './packet-type.js';
import type {
  ByePacket,
  EndPacket,
  FlushPacket,
  HelloPacket,
  PingPacket,
  PongPacket,
  ProbePacket,
} from './packets.js';

const maxCodecIds = 16;
/** Set in the number of codecs of a HELLO that tells an utterance. */
const utteranceSequenceFlag = 0x80;
/** Set there by a receiver that wants words. */
const wordsFlag = 0x40;
/** Set there by a receiver that tells what content it holds. */
const holdsFlag = 0x20;

/** @throws RangeError for a receiver id or a nonce that is 0 or too large, a digest of more than 255 bytes, or attributes that cannot be told */
export function encodeHelloPacket(hello: HelloPacket): Uint8Array {
  const writer = start(packetType.hello);
  writer.u8((hello.minVersion << 4) | hello.maxVersion);
  writer.u16(ownId(hello));
  if (!(hello.nonce >= 1 && hello.nonce <= 0xffffffff))
    throw new RangeError(`a nonce is 1 to 2^32 - 1: ${hello.nonce}`);
  writer.u32(hello.nonce);
  // Steps of 10 ms; saturates at 655.35 s, which only makes the sender more careful.
  writer.u16(Math.max(0, Math.min(0xffff, Math.round(hello.bufferMs / 10))));
  writer.u16(hello.probeNonce);
  // Wraps every 65.536 s.
  writer.u16(hello.probeSendTimeMs);
  // Codecs beyond the first sixteen are left out: the best come first.
  const ids = hello.codecIds.slice(0, maxCodecIds);
  const { newestUtteranceSequence, wantsWords, holds, attributes = {} } = hello;
  writer.u8(
    ids.length |
      (newestUtteranceSequence === undefined ? 0 : utteranceSequenceFlag) |
      (wantsWords === true ? wordsFlag : 0) |
      (holds === undefined ? 0 : holdsFlag),
  );
  for (const id of ids) writer.shortText(id);
  // Wraps: a 16-bit serial number.
  if (newestUtteranceSequence !== undefined) writer.u16(newestUtteranceSequence & 0xffff);
  if (holds !== undefined) {
    if (holds.length === 0 || holds.length > 255)
      throw new RangeError(`a digest has 1 to 255 bytes, not ${holds.length}`);
    writer.u8(holds.length);
    writer.bytes(holds);
  }
  if (Object.keys(attributes).length > 0)
    writeExtension(writer, extensionTag.attributes, (block) => writeAttributes(block, attributes));
  return writer.finish();
}

export function readHelloPacket(reader: ByteReader): HelloPacket | undefined {
  const versions = reader.u8();
  const receiverId = reader.u16();
  const nonce = reader.u32();
  const bufferMs = reader.u16() * 10;
  const probeNonce = reader.u16();
  const probeSendTimeMs = reader.u16();
  const counts = reader.u8();
  const count = counts & ~(utteranceSequenceFlag | wordsFlag | holdsFlag);
  if (count > maxCodecIds) return undefined;
  const codecIds: string[] = [];
  for (let at = 0; at < count; at++) codecIds.push(reader.shortText());
  const minVersion = versions >> 4;
  const maxVersion = versions & 15;
  const newestUtteranceSequence = (counts & utteranceSequenceFlag) !== 0 ? reader.u16() : undefined;
  const holds = (counts & holdsFlag) !== 0 ? reader.bytes(reader.u8()).slice() : undefined;
  const block = readExtension(reader, extensionTag.attributes);
  const attributes = block && readAttributes(block);
  const areAttributesSound = block === undefined || attributes !== undefined;
  const isSound = receiverId !== 0 && nonce !== 0 && holds?.length !== 0 && areAttributesSound;
  if (!isSound && !reader.isExhausted) return undefined;
  return {
    type: 'hello',
    receiverId,
    nonce,
    minVersion,
    maxVersion,
    bufferMs,
    codecIds,
    probeNonce,
    probeSendTimeMs,
    ...(newestUtteranceSequence === undefined ? {} : { newestUtteranceSequence }),
    ...((counts & wordsFlag) === 0 ? {} : { wantsWords: true }),
    ...(holds === undefined ? {} : { holds }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

export function encodeProbePacket(probe: ProbePacket): Uint8Array {
  const writer = start(packetType.probe);
  writeStamp(writer, probe);
  const { origin } = probe;
  if (origin !== undefined) {
    writer.u8(origin.channel & 15);
    writer.u24(origin.epoch & 0xffffff);
  }
  return writer.finish();
}

export function readProbePacket(reader: ByteReader): ProbePacket {
  const nonce = reader.u16();
  const sendTimeMs = reader.u16();
  const origin = reader.remaining >= 4 ? { channel: reader.u8() & 15, epoch: reader.u24() } : undefined;
  return { type: 'probe', nonce, sendTimeMs, ...(origin === undefined ? {} : { origin }) };
}

export function encodePingPacket(ping: PingPacket): Uint8Array {
  const writer = start(packetType.ping);
  writeStamp(writer, ping);
  writer.u16(ping.receiverId & 0xffff);
  return writer.finish();
}

export function readPingPacket(reader: ByteReader): PingPacket {
  return { type: 'ping', nonce: reader.u16(), sendTimeMs: reader.u16(), receiverId: reader.u16() };
}

export function encodePongPacket(pong: PongPacket): Uint8Array {
  const writer = start(packetType.pong);
  writeStamp(writer, pong);
  writer.u16(ownId(pong));
  if (pong.history !== undefined) writer.u32(pong.history >>> 0);
  return writer.finish();
}

export function readPongPacket(reader: ByteReader): PongPacket {
  const nonce = reader.u16();
  const sendTimeMs = reader.u16();
  const receiverId = reader.u16();
  const history = reader.remaining >= 4 ? reader.u32() : undefined;
  return { type: 'pong', nonce, sendTimeMs, receiverId, ...(history === undefined ? {} : { history }) };
}

export function encodeFlushPacket(flush: FlushPacket): Uint8Array {
  const writer = start(packetType.flush);
  writer.u8(flush.channel & 15);
  // Wraps: a 16-bit serial number.
  writer.u16(flush.utteranceSequence & 0xffff);
  return writer.finish();
}

export function readFlushPacket(reader: ByteReader): FlushPacket {
  return { type: 'flush', channel: reader.u8() & 15, utteranceSequence: reader.u16() };
}

/** @throws RangeError for a group other than 0–7 */
export function encodeEndPacket(end: EndPacket): Uint8Array {
  const writer = start(packetType.end);
  writer.u8(groupAndChannel(end));
  // Sequence number and number of packets wrap at 65536.
  writer.u16(end.utteranceSequence & 0xffff);
  writer.u16(end.packetCount & 0xffff);
  // 2^24 frames of 10 ms are 46 hours.
  writer.u24(end.frameCount);
  // Wraps: 2^32 samples at 48 kHz are 24 hours. A receiver needs it within one frame.
  writer.u32(end.sampleCount);
  // Wraps every 65.536 s.
  writer.u16(end.sendTimeMs & 0xffff);
  return writer.finish();
}

export function readEndPacket(reader: ByteReader): EndPacket {
  const places = reader.u8();
  return {
    type: 'end',
    channel: places & 15,
    ...readGroup(places >> 4),
    utteranceSequence: reader.u16(),
    packetCount: reader.u16(),
    frameCount: reader.u24(),
    sampleCount: reader.u32(),
    sendTimeMs: reader.u16(),
  };
}

export function encodeByePacket(bye: ByePacket): Uint8Array {
  const writer = start(packetType.bye);
  writer.u16(ownId(bye));
  return writer.finish();
}

export function readByePacket(reader: ByteReader): ByePacket {
  return { type: 'bye', receiverId: reader.u16() };
}

function start(type: number): ByteWriter {
  const writer = new ByteWriter(24);
  writer.u8((wireVersion << 6) | type);
  return writer;
}

/** Number and send time of a question, as its answer gives them back: both wrap at 65536. */
function writeStamp(
  writer: ByteWriter,
  stamp: { readonly nonce: number; readonly sendTimeMs: number },
): void {
  writer.u16(stamp.nonce & 0xffff);
  writer.u16(stamp.sendTimeMs & 0xffff);
}
