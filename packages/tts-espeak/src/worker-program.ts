import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EloquenceError } from '@eloquence/plugin-api';

const fileName = 'espeak-worker.js';
const packagePath = '@eloquence/tts-espeak/worker';

/**
 * Finds the program of the voice's thread: what was given, else the file beside this module, else the one of the
 * installed package, as seen from this module, from the program that runs, and from the working directory. A bundler
 * that moves this module leaves the file behind; it does not see the name here, so that it does not copy half of it.
 *
 * @throws EloquenceError `TTS_FAILED` if there is none
 */
export function findWorkerProgram(given?: string | URL): URL {
  if (given !== undefined) return givenProgram(given);
  // Bundles of CommonJS have no such address.
  const here = (import.meta as { readonly url?: string }).url;
  if (here !== undefined) {
    const beside = new URL(fileName, here);
    if (existsSync(beside)) return beside;
  }
  for (const from of [here, process.argv[1], path.join(process.cwd(), fileName)]) {
    const found = from === undefined ? undefined : installedProgram(from);
    if (found !== undefined) return found;
  }
  throw notFound('the program of its thread was not found; a bundler has left it behind.', here);
}

function givenProgram(given: string | URL): URL {
  const isUrl = given instanceof URL || given.startsWith('file:');
  const url = isUrl ? new URL(given) : pathToFileURL(path.resolve(given));
  if (existsSync(fileURLToPath(url))) return url;
  throw notFound(`there is no program of its thread at ${String(given)}.`, given);
}

function installedProgram(from: string): URL | undefined {
  // Not imported: bundlers would follow it.
  const { createRequire } = process.getBuiltinModule('node:module');
  try {
    return pathToFileURL(createRequire(from).resolve(packagePath));
  } catch {
    return undefined;
  }
}

function notFound(problem: string, value: unknown): EloquenceError {
  return new EloquenceError('TTS_FAILED', `The espeak voice failed: ${problem}`, {
    value,
    hint: `Keep @eloquence/tts-espeak out of the bundle, or install it where the bundle runs, or give the place of '${packagePath}': the setting 'worker' of the plugin.`,
  });
}
