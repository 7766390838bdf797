import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';

const program = path.join(import.meta.dirname, '../../dist/main.js');
const children: ChildProcess[] = [];
let folder: string | undefined;
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

function start(args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: 'pipe',
  });
  children.push(child);
  return child;
}

/** Exit code and signal, also of a process that has ended already. */
async function exitOf(child: ChildProcess): Promise<unknown[]> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return [child.exitCode, child.signalCode];
}

async function firstLine(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  for await (const line of createInterface({ input: stream })) if (pattern.test(line)) return line;
  throw new Error(`The stream ended without ${String(pattern)}.`);
}

describe('eloquence server and listen', () => {
  it('let a listener hear what somebody else speaks into a room, until they are interrupted', async () => {
    const server = start(['server', '--json'], { LIVEKIT_URL: '' });
    const env = JSON.parse(await firstLine(server.stdout!, /^\{/)) as NodeJS.ProcessEnv;
    folder = await mkdtemp(path.join(tmpdir(), 'listen-'));
    const out = path.join(folder, 'heard.wav');
    const listener = start(['listen', '--room', 'demo', '--count', '1', '--json', '--out', out], env);
    const heard = firstLine(listener.stdout!, /^\{/);
    await firstLine(listener.stderr!, /listening in demo/);
    const speaker = start(['speak', 'Hello out there.', '--room', 'demo', '--no-listener', '--cold'], env);
    speaker.stdout!.resume();
    expect(JSON.parse(await heard)).toMatchObject({
      text: 'Hello out there',
      outcome: 'complete',
      framesLost: 0,
    });
    expect(await exitOf(listener)).toEqual([0, null]);
    expect((await readFile(out)).length).toBeGreaterThan(20_000);
    expect(await exitOf(speaker)).toEqual([0, null]);
    expect(server.exitCode).toBeNull();
    server.kill('SIGINT');
    expect(await exitOf(server)).toEqual([130, null]);
  });
});
