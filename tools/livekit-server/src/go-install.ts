import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath, isExecutable, PINNED_LIVEKIT_VERSION } from './binary.js';
import { runCommand } from './run-command.js';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 250;

/**
 * Runs `work` while holding a lock file, so that several processes do not build the same thing at once. The lock of
 * a process that no longer exists is taken over. Should two processes take it over in the same moment, both build;
 * that wastes time and breaks nothing, because a build is moved into place in one step.
 */
export async function withLockFile<T>(
  path: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  let waitedMs = 0;
  while (!(await tryCreate(path))) {
    if (!(await isOwnerAlive(path))) {
      await rm(path, { force: true });
      continue;
    }
    if (waitedMs >= timeoutMs) throw new Error(`another process has held ${path} for ${timeoutMs} ms`);
    await sleep(POLL_MS, undefined, { signal });
    waitedMs += POLL_MS;
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryCreate(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isOwnerAlive(path: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(path, 'utf8'));
    // Between creation and writing the file is empty: its owner lives.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Lowest Go that builds the pinned server. */
export const MIN_GO = { major: 1, minor: 26 } as const;

export type GoToolchain =
  { readonly path: string; readonly version: string } | { readonly reason: string; readonly hint: string };

/** Finds a Go that is new enough, or says what is missing and what to do. */
export async function findGo(env: NodeJS.ProcessEnv): Promise<GoToolchain> {
  const wanted = `${MIN_GO.major}.${MIN_GO.minor}`;
  const path = await findOnPath('go', env);
  if (path === undefined) {
    return {
      reason: 'Go is not installed (no `go` on PATH)',
      hint: `Install Go ${wanted} or newer, or put a livekit-server on PATH, or set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET.`,
    };
  }
  const result = await runCommand(path, ['version'], { env, timeoutMs: 15_000 });
  const match = /go version go(\d+)\.(\d+)(\S*)/.exec(result.stdout.join(' '));
  if (result.exitCode !== 0 || match === null) {
    return {
      reason: `\`go version\` failed: ${result.failure ?? [...result.stderr, ...result.stdout].join(' ').slice(0, 200)}`,
      hint: `Repair the Go at ${path}, or install Go ${wanted} or newer.`,
    };
  }
  const [, major, minor, rest] = match;
  const version = `${major}.${minor}${rest}`;
  const isNewEnough =
    Number(major) > MIN_GO.major || (Number(major) === MIN_GO.major && Number(minor) >= MIN_GO.minor);
  if (isNewEnough) return { path, version };
  return {
    reason: `Go ${version} is too old: livekit-server needs ${wanted}`,
    hint: `Install Go ${wanted} or newer, or put a livekit-server on PATH.`,
  };
}

const MODULE = 'github.com/livekit/livekit-server/cmd/server';
const BUILD_PREFIX = 'building-';

export interface GoInstallOptions {
  readonly goPath: string;
  /** Folder that the binary `server` is to lie in. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds the pinned server into `folder`, unless another process did so while this one waited.
 * @returns the path of the binary, or why there is none.
 */
export async function goInstall(options: GoInstallOptions): Promise<{ path: string } | { failure: string }> {
  const target = join(options.folder, 'server');
  await mkdir(options.folder, { recursive: true });
  return await withLockFile(
    join(options.folder, 'install.lock'),
    options.timeoutMs,
    options.signal,
    async () => {
      if (await isExecutable(target)) return { path: target };
      await removeLeftovers(options.folder);
      const buildDir = await mkdtemp(join(options.folder, BUILD_PREFIX));
      try {
        const result = await runCommand(options.goPath, ['install', `${MODULE}@v${PINNED_LIVEKIT_VERSION}`], {
          // GOWORK and GOFLAGS of a surrounding Go project must not leak into this build.
          env: { ...options.env, GOBIN: buildDir, GOWORK: 'off', GOFLAGS: '' },
          cwd: buildDir,
          timeoutMs: options.timeoutMs,
          signal: options.signal,
        });
        const built = join(buildDir, 'server');
        if (result.exitCode !== 0) {
          return {
            failure: [result.failure ?? `exit code ${result.exitCode}`, ...result.stderr.slice(-5)].join(
              '\n  ',
            ),
          };
        }
        if (!(await isExecutable(built)))
          return { failure: 'go install succeeded but left no binary called `server`' };
        await rename(built, target);
        return { path: target };
      } finally {
        await rm(buildDir, { recursive: true, force: true });
      }
    },
  );
}

/** Removes what builds left behind that were killed; only the owner of the lock may call this. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(BUILD_PREFIX)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
