import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EloquenceError, toEloquenceError } from '@eloquence/plugin-api';
import type { FileMap } from './layout/plugin-files.js';

/**
 * Writes files into a new or empty folder.
 *
 * @returns the absolute path of the folder
 * @throws EloquenceError `OPTION_INVALID` if there is something in it already, `IO_FAILED` if it cannot be written
 */
export async function writePlugin(directory: string, files: FileMap): Promise<string> {
  const root = path.resolve(directory);
  await assertEmpty(root);
  try {
    for (const [name, content] of files) {
      const file = path.join(root, ...name.split('/'));
      await mkdir(path.dirname(file), { recursive: true });
      // Never over something that came into being meanwhile.
      await writeFile(file, content, { flag: 'wx' });
    }
  } catch (error) {
    throw toEloquenceError(error, 'IO_FAILED', 'Check that the folder can be written to.');
  }
  return root;
}

async function assertEmpty(root: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(root);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    throw toEloquenceError(error, 'IO_FAILED', 'Name a folder with --directory.');
  }
  if (entries.length === 0) return;
  throw new EloquenceError('OPTION_INVALID', `There is something in '${root}' already.`, {
    value: root,
    hint: 'Choose another name, or another folder with --directory.',
  });
}
