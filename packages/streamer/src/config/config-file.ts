import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { positionAt } from '../discovery/json-position.js';
import { EloquenceError } from '@eloquence/plugin-api';

/** Names of configuration files. */
export const configFileNames = [
  'eloquence.config.ts',
  'eloquence.config.mjs',
  'eloquence.config.json',
] as const;

/** A configuration file as it was found: what it says, not checked yet. */
export interface ConfigFile {
  readonly file: string;
  readonly text: string;
  readonly value: unknown;
}

/**
 * Reads the configuration file of a folder.
 *
 * @param name the file, relative to the folder; the one of the usual names that is there if absent
 * @returns `undefined` if there is none
 * @throws EloquenceError `CONFIGURATION_INVALID` if it cannot be understood or there are several, `IO_FAILED` if it
 * cannot be read
 */
export async function readConfigFile(directory: string, name?: string): Promise<ConfigFile | undefined> {
  const file = name === undefined ? await findConfigFile(directory) : path.resolve(directory, name);
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new EloquenceError('IO_FAILED', `${file} cannot be read: ${reasonOf(cause)}`, {
      value: file,
      cause,
    });
  }
  const value = file.endsWith('.json') ? parseJson(file, text) : await importConfig(file);
  return { file, text, value };
}

async function findConfigFile(directory: string): Promise<string | undefined> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (cause) {
    const message = `The folder ${directory} cannot be read: ${reasonOf(cause)}`;
    throw new EloquenceError('IO_FAILED', message, { value: directory, cause });
  }
  const found = configFileNames.filter((name) => names.includes(name));
  if (found.length > 1) {
    throw new EloquenceError(
      'CONFIGURATION_INVALID',
      `There is more than one configuration: ${found.join(', ')}.`,
      {
        value: found,
        hint: 'Keep one of them.',
      },
    );
  }
  return found[0] === undefined ? undefined : path.join(directory, found[0]);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const offset = /at position (\d+)/.exec(reasonOf(cause))?.[1];
    const place = offset === undefined ? undefined : positionAt(text, Number(offset));
    const where = place === undefined ? file : `${file}:${place.line}:${place.column}`;
    throw new EloquenceError('CONFIGURATION_INVALID', `${where}: this is not JSON: ${reasonOf(cause)}`, {
      value: file,
      hint: 'Comments and trailing commas are not allowed in it; eloquence.config.mjs may have them.',
      cause,
    });
  }
}

async function importConfig(file: string): Promise<unknown> {
  const { typescript } = process.features as { typescript?: string | false };
  if (file.endsWith('.ts') && !typescript) {
    throw new EloquenceError(
      'CONFIGURATION_INVALID',
      `${file}: this Node (${process.version}) cannot load TypeScript.`,
      {
        value: file,
        hint: 'Rename it to eloquence.config.mjs, or use Node 22.18 or newer.',
      },
    );
  }
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (cause) {
    throw new EloquenceError('CONFIGURATION_INVALID', `${file} cannot be loaded: ${reasonOf(cause)}`, {
      value: file,
      cause,
    });
  }
  if (module.default === undefined) {
    throw new EloquenceError('CONFIGURATION_INVALID', `${file}:1: there is no default export.`, {
      value: file,
      hint: 'Write: export default defineConfig({ … })',
    });
  }
  return module.default;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
