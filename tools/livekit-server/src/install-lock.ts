import { readFile, rm, writeFile } from 'node:fs/promises';
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
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
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
