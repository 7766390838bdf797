import { join } from 'node:path';
import { abortedError } from '@eloquence/plugin-api';
import {
  defaultCacheDir,
  findOnPath,
  isExecutable,
  type LiveKitBinary,
  PINNED_LIVEKIT_VERSION,
  readServerVersion,
} from './binary.js';
import { findGo, goInstall } from './go-install.js';
import { type BinaryOptions, reportStep } from './livekit-server.js';

const DEFAULT_INSTALL_TIMEOUT_MS = 600_000;

/** Why there is no binary, and what to do about it. */
export interface MissingBinary {
  readonly reason: string;
  readonly hint: string;
}

/**
 * Finds a `livekit-server`: on PATH, then in the cache, then by building the pinned version with Go into the cache.
 * A binary that does not run is passed over, and named in the reason if none is left.
 *
 * @throws EloquenceError `ABORTED` by `options.signal`.
 */
export async function ensureLiveKitBinary(
  options: BinaryOptions = {},
): Promise<LiveKitBinary | MissingBinary> {
  const env = options.env ?? process.env;
  const folder = join(options.cacheDir ?? defaultCacheDir(env), `v${PINNED_LIVEKIT_VERSION}`);
  const passedOver: string[] = [];

  const onPath = await findOnPath('livekit-server', env);
  const cached = join(folder, 'server');
  const candidates = [
    ...(onPath === undefined ? [] : [{ path: onPath, source: 'path' as const }]),
    ...((await isExecutable(cached)) ? [{ path: cached, source: 'cache' as const }] : []),
  ];
  for (const { path, source } of candidates) {
    const answer = await readServerVersion(path, env);
    if ('version' in answer) return { path, source, version: answer.version };
    passedOver.push(`${path} does not run (${answer.failure})`);
  }
  if (options.signal?.aborted === true) throw abortedError(options.signal);
  return await install(options, env, folder, passedOver);
}

async function install(
  options: BinaryOptions,
  env: NodeJS.ProcessEnv,
  folder: string,
  passedOver: readonly string[],
): Promise<LiveKitBinary | MissingBinary> {
  const missing = (reason: string, hint: string): MissingBinary => ({
    reason: [...passedOver, reason].join('; '),
    hint,
  });
  if (options.allowInstall === false) {
    return missing(
      'no livekit-server on PATH or in the cache',
      'Run the set-up once, or allow the build with Go.',
    );
  }
  const go = await findGo(env);
  if ('reason' in go) return missing(go.reason, go.hint);
  const message = `building livekit-server v${PINNED_LIVEKIT_VERSION} with Go ${go.version} (about two minutes, once)`;
  const outcome = await reportStep('install', message, options.onProgress, async () => {
    try {
      return await goInstall({
        goPath: go.path,
        folder,
        env,
        timeoutMs: options.installTimeoutMs ?? DEFAULT_INSTALL_TIMEOUT_MS,
        signal: options.signal,
      });
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    }
  });
  if (options.signal?.aborted === true) throw abortedError(options.signal);
  const hint = `Check that this machine may download Go modules and has 3 GB of free disk, then run again; or put a livekit-server on PATH.`;
  if ('failure' in outcome) return missing(`building livekit-server failed: ${outcome.failure}`, hint);
  const answer = await readServerVersion(outcome.path, env);
  if ('failure' in answer)
    return missing(
      `the server just built does not run: ${answer.failure}`,
      `Delete ${folder} and run again.`,
    );
  return { path: outcome.path, source: 'go-install', version: answer.version };
}
