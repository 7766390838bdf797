import { readFile, stat } from 'node:fs/promises';
import { EloquenceError } from '@eloquence/plugin-api';
import { MAX_TEXT_LENGTH, textTooLong } from '@eloquence/testbed';

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

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    // A character takes four bytes at most.
    if (size > 4 * MAX_TEXT_LENGTH) throw textTooLong(size, MAX_TEXT_LENGTH, 'Split it.');
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
    if (size > 4 * MAX_TEXT_LENGTH) throw textTooLong(size, MAX_TEXT_LENGTH, 'Split it.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function describe(path: string): string {
  return path === '-' ? 'Standard input' : path;
}
