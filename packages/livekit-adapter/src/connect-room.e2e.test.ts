import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRoom } from './connect-room.js';
import { TestServer } from './testing/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

async function failure(options: Parameters<typeof connectRoom>[0]): Promise<Record<string, unknown>> {
  try {
    await (await connectRoom(options)).disconnect();
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error('the connection should have failed');
}

/** A server that takes connections and says nothing. */
async function withMuteServer<T>(run: (url: string) => Promise<T>): Promise<T> {
  const mute = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const address = mute.address();
  try {
    return await run(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  } finally {
    mute.close();
  }
}

describe('connectRoom on a real server', () => {
  it('connects', async () => {
    const room = await connectRoom({ url: server.server.url, token: await server.token('r', 'a') });
    expect(room.isConnected).toBe(true);
    expect(room.localParticipant?.identity).toBe('a');
    await room.disconnect();
  });

  it.each(['ws://127.0.0.1:1', 'nonsense', '', 'ftp://127.0.0.1', 'ws://no-such-host.invalid:7880'])(
    "names the wrong URL '%s'",
    async (url) => {
      const error = await failure({ url, token: await server.token('r', 'a') });
      expect(error).toMatchObject({ code: 'CONNECT_FAILED', value: url });
      expect(error['message']).toContain(`'${url}'`);
      expect(error['hint']).toBeTruthy();
    },
  );

  it('tells a server without LiveKit from one that is not there', async () => {
    const error = await failure({
      url: `${server.server.url}/elsewhere`,
      token: await server.token('r', 'a'),
    });
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', message: expect.stringContaining('path') });
  });

  it.each([
    ['a wrong secret', { secret: 'x'.repeat(40) }, 'secret'],
    ['an unknown key', { key: 'nobody' }, 'API key'],
    ['an expired token', { ttl: -100 }, 'expired'],
  ])('tells %s', async (_name, change, part) => {
    const error = await failure({ url: server.server.url, token: await server.token('r', 'a', change) });
    expect(error).toMatchObject({ code: 'CONNECT_UNAUTHORIZED', message: expect.stringContaining(part) });
    expect(`${String(error['message'])} ${String((error['cause'] as Error).message)}`).not.toContain('eyJ');
  });

  it.each(['', 'garbage'])("refuses '%s' as a token", async (token) => {
    expect(await failure({ url: server.server.url, token })).toMatchObject({ code: 'CONNECT_UNAUTHORIZED' });
  });

  it('gives up in time on a server that says nothing', async () => {
    await withMuteServer(async (url) => {
      const startedAtMs = performance.now();
      const error = await failure({ url, token: await server.token('r', 'a'), timeoutMs: 700 });
      expect(error).toMatchObject({ code: 'CONNECT_FAILED', message: expect.stringContaining('700 ms') });
      expect(performance.now() - startedAtMs).toBeLessThan(3000);
    });
  });

  it('stops on abort, before and during the attempt', async () => {
    const token = await server.token('r', 'a');
    expect(await failure({ url: server.server.url, token, signal: AbortSignal.abort() })).toMatchObject({
      code: 'ABORTED',
    });
    await withMuteServer(async (url) => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 100);
      expect(await failure({ url, token, signal: abort.signal })).toMatchObject({ code: 'ABORTED' });
    });
  });
});
