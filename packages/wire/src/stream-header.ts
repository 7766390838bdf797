import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import type { StreamHeader } from './packets.js';

const maxCodecIdLength = 31;
const minSampleRateHz = 4000;
const maxSampleRateHz = 192_000;
const maxFrameMs = 127.5;

/** Bytes that the header needs in a packet. */
export function streamHeaderBytes(header: StreamHeader): number {
  return 9 + header.codecId.length;
}

/** @throws RangeError if the receiver could not read, or would misread, a field */
export function writeStreamHeader(writer: ByteWriter, header: StreamHeader): void {
  if (header.codecId.length === 0 || header.codecId.length > maxCodecIdLength) {
    throw new RangeError(`codecId must have 1 to ${maxCodecIdLength} characters: '${header.codecId}'`);
  }
  if (!(header.sampleRateHz >= minSampleRateHz && header.sampleRateHz <= maxSampleRateHz)) {
    throw new RangeError(
      `sampleRateHz must be ${minSampleRateHz} to ${maxSampleRateHz}: ${header.sampleRateHz}`,
    );
  }
  if (!(header.frameMs >= 0.5 && header.frameMs <= maxFrameMs)) {
    throw new RangeError(`frameMs must be 0.5 to ${maxFrameMs}: ${header.frameMs}`);
  }
  writer.shortText(header.codecId);
  // Steps of 25 Hz and of 0.5 ms, rounded.
  writer.u16(Math.round(header.sampleRateHz / 25));
  writer.u8(Math.round(header.frameMs * 2));
  // Saturate at 65.5 s of audio to gather.
  writer.u16(clampU16(header.initialBufferMs));
  writer.u16(clampU16(header.rebufferMs));
  // Steps of 10 ms; saturates at 10 ms and at 2.55 s.
  writer.u8(Math.max(1, Math.min(255, Math.round(header.reportIntervalMs / 10))));
}

/** Reads a header; `undefined` where a field has no meaning. */
export function readStreamHeader(reader: ByteReader): StreamHeader | undefined {
  const codecId = reader.shortText();
  const sampleRateHz = reader.u16() * 25;
  const frameMs = reader.u8() / 2;
  const startMs = reader.u16();
  const rebufferMs = reader.u16();
  const reportIntervalMs = reader.u8() * 10;
  const isSound =
    !reader.isExhausted &&
    codecId.length > 0 &&
    codecId.length <= maxCodecIdLength &&
    sampleRateHz >= minSampleRateHz &&
    sampleRateHz <= maxSampleRateHz &&
    frameMs > 0 &&
    reportIntervalMs > 0;
  return isSound
    ? { codecId, sampleRateHz, frameMs, initialBufferMs: startMs, rebufferMs, reportIntervalMs }
    : undefined;
}

function clampU16(value: number): number {
  return Math.max(0, Math.min(0xffff, Math.round(value)));
}
