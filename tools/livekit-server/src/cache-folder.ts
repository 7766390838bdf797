import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

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
