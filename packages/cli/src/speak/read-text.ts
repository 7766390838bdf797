import { readFile, stat } from 'node:fs/promises';
import { hasSpeakableText } from '@eloquence/text';
import { EloquenceError } from '@eloquence/plugin-api';

/** Longest text, characters. */
export const MAX_TEXT_LENGTH = 100_000;
/** Longest text that is synthesised beforehand; beyond, its PCM would fill the memory. */
export const MAX_PREPARED_TEXT_LENGTH = 20_000;

/**
 * Reads a text from a file, or from standard input for `-`.
 *
 * @throws EloquenceError `TEXT_UNREADABLE`, `TEXT_TOO_LONG`
 */
export async function readTextFile(
  path: string,
  stdin: AsyncIterable<Uint8Array> = process.stdin,
): Promise<string> {
  const bytes = path === '-' ? await readBounded(stdin) : await readWhole(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new EloquenceError('TEXT_UNREADABLE', `${describe(path)} is not UTF-8 text.`, {
      value: path,
      hint: 'Convert it to UTF-8, or name another file.',
      cause,
    });
  }
}

/**
 * Refuses texts that cannot be spoken.
 *
 * @throws EloquenceError `TEXT_EMPTY` if there is no letter or digit in it, `TEXT_TOO_LONG`
 */
export function checkText(text: string, isPrepared: boolean): void {
  if (!hasSpeakableText(text)) {
    throw new EloquenceError('TEXT_EMPTY', 'The text holds nothing that can be spoken.', {
      value: text.slice(0, 80),
      hint: 'Give it at least one letter or digit.',
    });
  }
  const limit = isPrepared ? MAX_PREPARED_TEXT_LENGTH : MAX_TEXT_LENGTH;
  if (text.length > limit) {
    throw tooLong(
      text.length,
      limit,
      isPrepared ? 'Leave out --instant and --tts-speed to stream it live, or shorten it.' : 'Split it.',
    );
  }
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    // A character takes four bytes at most.
    if (size > 4 * MAX_TEXT_LENGTH) throw tooLong(size, MAX_TEXT_LENGTH, 'Split it.');
    return await readFile(path);
  } catch (error) {
    if (error instanceof EloquenceError) throw error;
    throw new EloquenceError('TEXT_UNREADABLE', `${path} cannot be read: ${(error as Error).message}`, {
      value: path,
      hint: 'Check the path and its permissions.',
      cause: error,
    });
  }
}

async function readBounded(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > 4 * MAX_TEXT_LENGTH) throw tooLong(size, MAX_TEXT_LENGTH, 'Split it.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function describe(path: string): string {
  return path === '-' ? 'Standard input' : path;
}

function tooLong(length: number, limit: number, hint: string): EloquenceError {
  return new EloquenceError('TEXT_TOO_LONG', `The text is longer than ${limit} characters.`, {
    value: length,
    hint,
  });
}
