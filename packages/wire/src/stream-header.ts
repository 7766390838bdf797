import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import type { StreamHeader } from './packets.js';

const maxCodecIdLength = 31;

/** Bytes that the header needs in a packet. */
export function streamHeaderBytes(header: StreamHeader): number {
  return 9 + header.codecId.length;
}

export function writeStreamHeader(writer: ByteWriter, header: StreamHeader): void {
  if (header.codecId.length === 0 || header.codecId.length > maxCodecIdLength) {
    throw new RangeError(`codecId must have 1 to ${maxCodecIdLength} characters: '${header.codecId}'`);
  }
  writer.shortText(header.codecId);
  writer.u16(Math.round(header.sampleRateHz / 25));
  writer.u8(Math.round(header.frameMs * 2));
  writer.u16(clampU16(header.startMs));
  writer.u16(clampU16(header.resumeMs));
  writer.u8(Math.min(255, Math.round(header.reportIntervalMs / 10)));
}

/** Reads a header; `undefined` where a field has no meaning. */
export function readStreamHeader(reader: ByteReader): StreamHeader | undefined {
  const codecId = reader.shortText();
  const sampleRateHz = reader.u16() * 25;
  const frameMs = reader.u8() / 2;
  const startMs = reader.u16();
  const resumeMs = reader.u16();
  const reportIntervalMs = reader.u8() * 10;
  const isSound =
    !reader.isExhausted &&
    codecId.length > 0 &&
    codecId.length <= maxCodecIdLength &&
    sampleRateHz >= 4000 &&
    sampleRateHz <= 192000 &&
    frameMs > 0 &&
    reportIntervalMs > 0;
  return isSound ? { codecId, sampleRateHz, frameMs, startMs, resumeMs, reportIntervalMs } : undefined;
}

function clampU16(value: number): number {
  return Math.max(0, Math.min(0xffff, Math.round(value)));
}
