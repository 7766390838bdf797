import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { LiveKitServer } from '@eloquence/livekit-server';
import { AccessToken } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestRoom, startTestServer } from './testing/test-room.js';
import { attachListener } from './attach-listener.js';

let server: LiveKitServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** Longest run of the program, ms. */
const limitMs = 60_000;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in a process of its own, which sees the built packages. */
function run(program: string, env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, NODE_ENV: 'development', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killing = setTimeout(() => child.kill('SIGKILL'), limitMs);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(killing);
      resolve({ code, stdout, stderr });
    });
  });
}

async function tokenFor(room: string, identity: string): Promise<string> {
  const token = new AccessToken(server.apiKey, server.apiSecret, { identity, ttl: 3600 });
  token.addGrant({ roomJoin: true, room });
  return token.toJwt();
}

describe("the README's first program", () => {
  it('is heard, writes nothing but its own line, and ends by itself', async () => {
    const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
    const [program] = [...readme.matchAll(/```ts\n(import \{ AdaptiveAudioStreamer[^]*?)```/g)].map(
      ([, text]) => text!.replaceAll(/(LIVEKIT_[A-Z]+)!/g, '$1'),
    );
    const { listener: room, close } = await openTestRoom(server, 'first');
    let heard = 0;
    const listener = await attachListener(room, {
      sink: { write: ({ samples }) => (heard += samples.length) },
    });
    const ended = await run(program!, {
      LIVEKIT_URL: server.url,
      LIVEKIT_TOKEN: await tokenFor('first', 'program'),
    });
    await listener.dispose();
    await close();
    expect(ended).toEqual({ code: 0, stdout: 'complete\n', stderr: '' });
    expect(heard).toBeGreaterThan(24_000);
  });

  it("keeps rtc-node's lines off the standard output where the application connects its own room, unless it asks", async () => {
    const program = (asks: string): string => `
      import { Room } from '@livekit/rtc-node';
      import { disposeNativeCore, setRtcLogLevel } from '@eloquence/streamer';
      ${asks}
      const room = new Room();
      await room.connect(process.env.LIVEKIT_URL, process.env.LIVEKIT_TOKEN);
      await room.disconnect();
      await disposeNativeCore();
    `;
    const env = { LIVEKIT_URL: server.url, LIVEKIT_TOKEN: await tokenFor('own', 'program') };
    expect(await run(program(''), env)).toEqual({ code: 0, stdout: '', stderr: '' });
    const asked = await run(program("setRtcLogLevel('debug');"), env);
    expect(asked.stdout).toContain('"name":"lk-rtc"');
  });
});
