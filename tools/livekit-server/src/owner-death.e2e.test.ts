import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PACKAGE = dirname(dirname(fileURLToPath(import.meta.url)));

/** Starts a server from the built package, prints its process id and its folder, then does as told. */
const OWNER = `
import { findOrStartLiveKitServer } from '@eloquence/livekit-server';
import { readlinkSync } from 'node:fs';
const server = await findOrStartLiveKitServer({ allowSimulated: false });
if (process.argv[1] === 'stop') await server.stop();
console.log(JSON.stringify({ pid: server.pid, folder: server.hasExited ? '' : readlinkSync('/proc/' + server.pid + '/cwd') }));
if (process.argv[1] === 'throw') setTimeout(() => { throw new Error('on purpose'); }, 10);
if (process.argv[1] === 'exit') process.exit(0);
if (process.argv[1] === 'wait') setInterval(() => {}, 1000);
`;

interface Owned {
  readonly owner: ChildProcess;
  readonly pid: number;
  readonly folder: string;
}

async function startOwner(behaviour: string): Promise<Owned> {
  const { LIVEKIT_URL: _, ...env } = process.env;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', OWNER, behaviour], {
    cwd: PACKAGE,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: owner.stdout })) {
    return { owner, ...(JSON.parse(line) as { pid: number; folder: string }) };
  }
  throw new Error('the owner ended without a server');
}

/** Whether the process runs; one that has ended and only waits to be collected does not. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function waitUntilGone({ pid, folder }: Owned): Promise<void> {
  for (let i = 0; i < 200 && (isRunning(pid) || existsSync(folder)); i++) await sleep(50);
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(folder)).toBe(false);
}

describe.skipIf(process.platform !== 'linux')('a server whose owner ends', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('ends with an owner that %s ended', async (signal) => {
    const owned = await startOwner('wait');
    expect(isRunning(owned.pid)).toBe(true);
    expect(existsSync(join(owned.folder, 'livekit.yaml'))).toBe(true);
    owned.owner.kill(signal);
    await waitUntilGone(owned);
  });

  it.each(['throw', 'exit', 'forget'])(
    'ends with an owner that came to its end by "%s"',
    async (behaviour) => {
      const owned = await startOwner(behaviour);
      // "forget" neither stops the server nor exits: a running server does not keep its owner alive.
      if (owned.owner.exitCode === null) await once(owned.owner, 'exit');
      await waitUntilGone(owned);
    },
  );

  it('is gone when stop() resolves', async () => {
    const owned = await startOwner('stop');
    expect(isRunning(owned.pid)).toBe(false);
  });
});
