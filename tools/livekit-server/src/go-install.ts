import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isExecutable, PINNED_LIVEKIT_VERSION } from './binary.js';
import { withLockFile } from './install-lock.js';
import { runCommand } from './run-command.js';

const MODULE = 'github.com/livekit/livekit-server/cmd/server';
const BUILD_PREFIX = 'building-';

export interface GoInstallOptions {
  readonly goPath: string;
  /** Folder that the binary `server` is to lie in. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
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
          ...(options.signal === undefined ? {} : { signal: options.signal }),
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
