import { ensureLiveKitBinary, type LiveKitServer, startLiveKitServer } from '@eloquence/livekit-server';
import { AccessToken } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, runCli } from '../testing/run-cli.js';

let server: LiveKitServer;

beforeAll(async () => {
  const binary = await ensureLiveKitBinary({ env: cleanEnvironment() });
  if (!('path' in binary)) throw new Error(binary.reason);
  server = await startLiveKitServer(binary);
});

afterAll(() => server.stop());

function serverEnvironment(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    LIVEKIT_URL: server.url,
    LIVEKIT_API_KEY: server.apiKey,
    LIVEKIT_API_SECRET: server.apiSecret,
    LIVEKIT_UDP_PORT: String(server.udpPort),
    ...changes,
  };
}

/** Runs with `--json`: the error must be on both streams, with a hint, and nothing must look like a stack. */
async function expectError(
  args: readonly string[],
  code: string,
  exitCode: number,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const result = await runCli(['speak', ...args, '--json'], env);
  expect(result.stderr).toMatch(new RegExp(`^error ${code}: .+\\nhint: .+`, 'm'));
  expect(result.stderr).not.toMatch(/^ +at /m);
  const { error } = JSON.parse(result.stdout) as { error: { code: string; message: string; hint: string } };
  expect(error.code).toBe(code);
  expect(error.hint).not.toBe('');
  expect(result.exitCode).toBe(exitCode);
  return `${error.message} ${error.hint}`;
}

describe('bad input', () => {
  it('is an error on both streams, and an exit code', async () => {
    await expectError(['🎉'], 'TEXT_EMPTY', 2);
    await expectError(['Hi', '--voice', 'nobody'], 'VOICE_UNKNOWN', 2);
  });
});

describe.concurrent('a server that does not let us in', () => {
  it('tells a wrong URL', async () => {
    await expectError(['Hi'], 'CONNECT_FAILED', 1, serverEnvironment({ LIVEKIT_URL: 'ws://127.0.0.1:1' }));
    await expectError(['Hi'], 'CONFIGURATION_INVALID', 1, serverEnvironment({ LIVEKIT_URL: 'nonsense' }));
  });

  it('tells a wrong key', async () => {
    await expectError(
      ['Hi'],
      'CONNECT_UNAUTHORIZED',
      1,
      serverEnvironment({ LIVEKIT_API_SECRET: 'x'.repeat(36) }),
    );
  });

  it('tells an expired token, and one that is none', async () => {
    const token = new AccessToken(server.apiKey, server.apiSecret, { identity: 's', ttl: -60 });
    token.addGrant({ roomJoin: true, room: 'late' });
    const LIVEKIT_TOKEN = await token.toJwt();
    expect(
      await expectError(['Hi'], 'CONNECT_UNAUTHORIZED', 1, serverEnvironment({ LIVEKIT_TOKEN })),
    ).toMatch(/expired/i);
    await expectError(['Hi'], 'CONNECT_UNAUTHORIZED', 1, serverEnvironment({ LIVEKIT_TOKEN: 'nonsense' }));
  });

  it('tells that a link cannot be put in front of a server whose ports are not known', async () => {
    const env = serverEnvironment({ LIVEKIT_UDP_PORT: '', LIVEKIT_TCP_PORT: '' });
    await expectError(['Hi', '--link', 'B'], 'LINK_INVALID', 2, env);
  });
});

describe('nobody to hear it', () => {
  it('tells that there is no listener', async () => {
    await expectError(['Hi', '--no-listener', '--lane', 'data'], 'NO_RECEIVER', 1, serverEnvironment());
  });
});
