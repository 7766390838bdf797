import type { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
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
/** Set in the number of codecs of a HELLO that tells a generation. */
const generationFlag = 0x80;
/** Set there by a receiver that wants words. */
const wordsFlag = 0x40;

export function encodeHelloPacket(hello: HelloPacket): Uint8Array {
  const writer = start(packetType.hello);
  writer.u8((hello.minVersion << 4) | hello.maxVersion);
  writer.u16(Math.min(0xffff, Math.round(hello.bufferMs / 10)));
  writer.u16(hello.probeNonce);
  writer.u16(hello.probeSendTimeMs);
  const ids = hello.codecIds.slice(0, maxCodecIds);
  const generationBit = hello.newestGeneration === undefined ? 0 : generationFlag;
  writer.u8(ids.length | generationBit | (hello.wantsWords === true ? wordsFlag : 0));
  for (const id of ids) writer.shortText(id);
  if (hello.newestGeneration !== undefined) writer.u16(hello.newestGeneration & 0xffff);
  return writer.finish();
}

export function readHelloPacket(reader: ByteReader): HelloPacket | undefined {
  const versions = reader.u8();
  const bufferMs = reader.u16() * 10;
  const probeNonce = reader.u16();
  const probeSendTimeMs = reader.u16();
  const counts = reader.u8();
  const count = counts & ~(generationFlag | wordsFlag);
  if (count > maxCodecIds) return undefined;
  const codecIds: string[] = [];
  for (let at = 0; at < count; at++) codecIds.push(reader.shortText());
  const minVersion = versions >> 4;
  const maxVersion = versions & 15;
  const newestGeneration = (counts & generationFlag) !== 0 ? reader.u16() : undefined;
  return {
    type: 'hello',
    minVersion,
    maxVersion,
    bufferMs,
    codecIds,
    probeNonce,
    probeSendTimeMs,
    ...(newestGeneration === undefined ? {} : { newestGeneration }),
    ...((counts & wordsFlag) === 0 ? {} : { wantsWords: true }),
  };
}

export function encodeProbePacket(probe: ProbePacket): Uint8Array {
  return encodeStamp(packetType.probe, probe);
}

export function readProbePacket(reader: ByteReader): ProbePacket {
  return { type: 'probe', nonce: reader.u16(), sendTimeMs: reader.u16() };
}

export function encodePingPacket(ping: PingPacket): Uint8Array {
  return encodeStamp(packetType.ping, ping);
}

export function readPingPacket(reader: ByteReader): PingPacket {
  return { type: 'ping', nonce: reader.u16(), sendTimeMs: reader.u16() };
}

export function encodePongPacket(pong: PongPacket): Uint8Array {
  const writer = start(packetType.pong);
  writer.u16(pong.nonce & 0xffff);
  writer.u16(pong.sendTimeMs & 0xffff);
  if (pong.history !== undefined) writer.u32(pong.history >>> 0);
  return writer.finish();
}

export function readPongPacket(reader: ByteReader): PongPacket {
  const nonce = reader.u16();
  const sendTimeMs = reader.u16();
  const history = reader.remaining >= 4 ? reader.u32() : undefined;
  return { type: 'pong', nonce, sendTimeMs, ...(history === undefined ? {} : { history }) };
}

export function encodeFlushPacket(flush: FlushPacket): Uint8Array {
  const writer = start(packetType.flush);
  writer.u8(flush.channel & 15);
  writer.u16(flush.generation & 0xffff);
  return writer.finish();
}

export function readFlushPacket(reader: ByteReader): FlushPacket {
  return { type: 'flush', channel: reader.u8() & 15, generation: reader.u16() };
}

export function encodeEndPacket(end: EndPacket): Uint8Array {
  const writer = start(packetType.end);
  writer.u8(end.channel & 15);
  writer.u16(end.generation & 0xffff);
  writer.u16(end.packetCount & 0xffff);
  writer.u24(end.frameCount);
  writer.u32(end.sampleCount);
  writer.u16(end.sendTimeMs & 0xffff);
  return writer.finish();
}

export function readEndPacket(reader: ByteReader): EndPacket {
  return {
    type: 'end',
    channel: reader.u8() & 15,
    generation: reader.u16(),
    packetCount: reader.u16(),
    frameCount: reader.u24(),
    sampleCount: reader.u32(),
    sendTimeMs: reader.u16(),
  };
}

export function encodeByePacket(): Uint8Array {
  return start(packetType.bye).finish();
}

export const byePacket: ByePacket = Object.freeze({ type: 'bye' });

function start(type: number): ByteWriter {
  const writer = new ByteWriter(24);
  writer.u8((wireVersion << 6) | type);
  return writer;
}

function encodeStamp(
  type: number,
  stamp: { readonly nonce: number; readonly sendTimeMs: number },
): Uint8Array {
  const writer = start(type);
  writer.u16(stamp.nonce & 0xffff);
  writer.u16(stamp.sendTimeMs & 0xffff);
  return writer.finish();
}
