import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';

/**
 * Blocks that may follow the known fields of a control packet, each behind its tag and its length, one byte each.
 * Readers skip blocks that they do not know, and bytes that are none.
 */
export const extensionTag = {
  /** REPORT: figures of an utterance that no longer fit their fields. */
  totals: 0x54,
  /** HELLO: what the receiver says of itself. */
  attributes: 0x41,
} as const;

/** @throws RangeError for a block of more than 255 bytes */
export function writeExtension(writer: ByteWriter, tag: number, write: (block: ByteWriter) => void): void {
  const block = new ByteWriter();
  write(block);
  const bytes = block.finish();
  if (bytes.length > 255) throw new RangeError(`an extension has at most 255 bytes, not ${bytes.length}`);
  writer.u8(tag);
  writer.u8(bytes.length);
  writer.bytes(bytes);
}

/** The block of this tag among what is left of a packet. A block that is cut off exhausts the reader if it has the tag. */
export function readExtension(reader: ByteReader, tag: number): ByteReader | undefined {
  while (reader.remaining > 0) {
    const found = reader.u8();
    if (found !== tag && reader.remaining === 0) return undefined;
    const length = reader.u8();
    if (found === tag) return new ByteReader(reader.bytes(length));
    if (length > reader.remaining) return undefined;
    reader.bytes(length);
  }
  return undefined;
}
