import { access, constants, stat } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { runCommand } from './run-command.js';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';

/** Version that is built where no server is found. */
export const PINNED_LIVEKIT_VERSION = '1.13.5';

const VERSION_TIMEOUT_MS = 10_000;

/** A `livekit-server` that runs. */
export interface LiveKitBinary {
  readonly path: string;
  readonly version: string;
  readonly source: 'path' | 'cache' | 'go-install';
}

/** First executable called `name` in the folders of `env.PATH`. */
export async function findOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** Whether `path` is a file that may be executed. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Asks a binary for its version; the answer says why if it is not a LiveKit server that runs here. */
export async function readServerVersion(
  path: string,
  env: NodeJS.ProcessEnv,
): Promise<{ version: string } | { failure: string }> {
  const result = await runCommand(path, ['--version'], { env, timeoutMs: VERSION_TIMEOUT_MS });
  const printed = [...result.stdout, ...result.stderr].join(' ');
  const version = /livekit-server version v?(\d+\.\d+\.\d+\S*)/.exec(printed)?.[1];
  if (result.exitCode === 0 && version !== undefined) return { version };
  return { failure: result.failure ?? `exit code ${result.exitCode}, printed: ${printed.slice(0, 200)}` };
}

const WORKSPACE_NAME = 'eloquence-workspace';

/**
 * Folder of the cached server: `.cache/livekit` of the workspace that `startDir` lies in, otherwise
 * `eloquence/livekit` in the user's cache folder.
 */
export function defaultCacheDir(env: NodeJS.ProcessEnv, startDir: string = process.cwd()): string {
  const workspace = findWorkspace(resolve(startDir));
  if (workspace !== undefined) return join(workspace, '.cache', 'livekit');
  const userCache = env['XDG_CACHE_HOME'];
  return join(
    userCache === undefined || userCache === '' ? join(homedir(), '.cache') : userCache,
    'eloquence',
    'livekit',
  );
}

function findWorkspace(startDir: string): string | undefined {
  let folder = startDir;
  for (;;) {
    if (existsSync(join(folder, 'nx.json')) && packageName(folder) === WORKSPACE_NAME) return folder;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function packageName(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown }).name;
  } catch {
    // No or broken package.json: not the workspace.
    return undefined;
  }
}
