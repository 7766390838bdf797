import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

/** Longest payload that the length code can tell, bytes. */
export const maxFrameBytes = 1275;

/** Bytes of the length in front of a payload. */
export function frameLengthBytes(payloadBytes: number): number {
  return payloadBytes < 252 ? 1 : 2;
}

/** One byte up to 251, two above: the code that Opus itself uses (RFC 6716, section 3.2.1). */
export function writeFrameLength(writer: ByteWriter, payloadBytes: number): void {
  if (payloadBytes < 252) {
    writer.u8(payloadBytes);
    return;
  }
  const first = 252 + (payloadBytes & 3);
  writer.u8(first);
  writer.u8((payloadBytes - first) >> 2);
}

export function readFrameLength(reader: ByteReader): number {
  const first = reader.u8();
  return first < 252 ? first : first + 4 * reader.u8();
}
