import type { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { packetType, wireVersion } from './packet-type.js';
import type { WireWord, WordsPacket } from './packets.js';

/** Bytes before the first word: first byte, channel, utterance sequence, first word, count, start of the first word. */
const headerBytes = 11;
/** Bytes of a word beside its text. */
const fixedWordBytes = 5;
const maxWordBytes = 255;
/** Room for the longest word, and some more. */
const leastPacketBytes = 300;
const maxWordsOfPacket = 255;
const maxStepMs = 0xffff;

const utf8 = new TextEncoder();
/** What was written is read: a mark of byte order at the beginning is text like any other. */
const utf8Reader = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Times and texts as they go on the wire: whole milliseconds in ascending order, texts of 255 bytes at most. */
interface FittedWord {
  readonly startMs: number;
  readonly durationMs: number;
  readonly text: Uint8Array;
}

/**
 * Words of an utterance as packets, each of `maxBytes` at most. Times are rounded to milliseconds; a word does not
 * begin before the one before it; texts are cut at 255 bytes.
 *
 * @param first index of the first of these words within the utterance
 * @throws RangeError for an index above 65 535, a time that is negative or above 2³² ms, or `maxBytes` below 300
 */
export function encodeWordsPackets(
  stream: { readonly channel: number; readonly utteranceSequence: number },
  first: number,
  words: readonly WireWord[],
  maxBytes: number,
): Uint8Array[] {
  if (!(maxBytes >= leastPacketBytes))
    throw new RangeError(
      `A packet of ${maxBytes} bytes has no room for a word: ${leastPacketBytes} is the least.`,
    );
  const packets: Uint8Array[] = [];
  let pending: FittedWord[] = [];
  let bytes = headerBytes;
  let pendingFirst = first;
  let previousMs = 0;
  const flush = (): void => {
    if (pending.length > 0) packets.push(encode(stream, pendingFirst, pending));
    pendingFirst += pending.length;
    pending = [];
    bytes = headerBytes;
  };
  for (const word of words) {
    const fitted = fit(word, previousMs);
    const size = fixedWordBytes + fitted.text.length;
    const isFar = pending.length > 0 && fitted.startMs - previousMs > maxStepMs;
    if (isFar || bytes + size > maxBytes || pending.length === maxWordsOfPacket) flush();
    pending.push(fitted);
    bytes += size;
    previousMs = fitted.startMs;
  }
  flush();
  return packets;
}

export function encodeWordsPacket({ channel, utteranceSequence, firstWord, words }: WordsPacket): Uint8Array {
  const [packet, ...more] = encodeWordsPackets({ channel, utteranceSequence }, firstWord, words, Infinity);
  if (packet === undefined || more.length > 0)
    throw new RangeError(`A packet of words has 1 to 255 words, none 65 s after another: ${words.length}`);
  return packet;
}

export function readWordsPacket(reader: ByteReader): WordsPacket | undefined {
  const channel = reader.u8() & 15;
  const utteranceSequence = reader.u16();
  const firstWord = reader.u16();
  const count = reader.u8();
  let startMs = reader.u32();
  if (count === 0 || firstWord + count > 0x10000) return undefined;
  const words: WireWord[] = [];
  for (let at = 0; at < count && !reader.isExhausted; at++) {
    startMs += reader.u16();
    const endMs = startMs + reader.u16();
    const text = readText(reader.bytes(reader.u8()));
    if (text === undefined) return undefined;
    words.push({ text, startMs, endMs });
  }
  return { type: 'words', channel, utteranceSequence, firstWord, words };
}

function fit({ text, startMs, endMs }: WireWord, previousMs: number): FittedWord {
  const start = Math.max(previousMs, Math.round(startMs));
  if (!(startMs >= 0 && start <= 0xffffffff))
    throw new RangeError(`A word begins 0 to 2^32 ms after its utterance: ${startMs}`);
  const durationMs = Math.max(0, Math.min(0xffff, Math.round(endMs) - start)) || 0;
  return { startMs: start, durationMs, text: cut(utf8.encode(text)) };
}

/** As much of a text as fits, in whole characters. */
function cut(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= maxWordBytes) return bytes;
  let end = maxWordBytes;
  // Bytes 10xxxxxx go on a character that has begun before.
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

function encode(
  { channel, utteranceSequence }: { readonly channel: number; readonly utteranceSequence: number },
  first: number,
  words: readonly FittedWord[],
): Uint8Array {
  if (!(first >= 0 && first + words.length <= 0x10000))
    throw new RangeError(`An utterance has 65536 words at most: ${first} + ${words.length}`);
  const writer = new ByteWriter(headerBytes + 16 * words.length);
  let previousMs = words[0]!.startMs;
  writer.u8((wireVersion << 6) | packetType.words);
  writer.u8(channel & 15);
  // Wraps: a 16-bit serial number.
  writer.u16(utteranceSequence & 0xffff);
  writer.u16(first);
  writer.u8(words.length);
  writer.u32(previousMs);
  for (const { startMs, durationMs, text } of words) {
    // A word that begins more than 65.5 s after the one before it begins a packet of its own.
    writer.u16(startMs - previousMs);
    // Saturates at 65.5 s.
    writer.u16(durationMs);
    writer.u8(text.length);
    writer.bytes(text);
    previousMs = startMs;
  }
  return writer.finish();
}

function readText(bytes: Uint8Array): string | undefined {
  try {
    return utf8Reader.decode(bytes);
  } catch {
    return undefined;
  }
}
