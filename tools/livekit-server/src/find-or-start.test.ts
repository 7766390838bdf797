import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isEloquenceError } from '@eloquence/plugin-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOrStartLiveKitServer } from './find-or-start.js';
import type { LaunchProgress, LiveKitServer, LiveKitServerOptions } from './livekit-server.js';
import { FakePrograms } from './testing/fake-programs.js';

const CACHED = 'cache/v1.13.5/server';

describe('findOrStartLiveKitServer', () => {
  let fakes: FakePrograms;
  const servers: LiveKitServer[] = [];

  beforeEach(async () => {
    fakes = await FakePrograms.create();
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await fakes.remove();
  });

  const find = async (options: LiveKitServerOptions = {}) => {
    const found = await findOrStartLiveKitServer({ env: fakes.env(), cacheDir: fakes.cacheDir, ...options });
    if (found.kind === 'server') servers.push(found);
    return found;
  };

  const codeAndHint = async (options: LiveKitServerOptions) => {
    const error = await find(options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!isEloquenceError(error)) throw new Error(`expected an EloquenceError, got ${String(error)}`);
    expect(error.hint).toMatch(/\w+/);
    return { code: error.code, message: error.message };
  };

  describe('order of search', () => {
    it('prefers livekit-server on PATH to the cache and to Go', async () => {
      await fakes.addServer('bin/livekit-server', '1.9.9');
      await fakes.addServer(CACHED, '1.13.5');
      await fakes.addGo('1.26.0', 'exit 1');
      expect(await find()).toMatchObject({
        kind: 'server',
        source: 'path',
        version: '1.9.9',
        startedByUs: true,
      });
    });

    it('prefers the cache to Go', async () => {
      await fakes.addServer(CACHED, '1.13.5');
      await fakes.addGo('1.26.0', 'exit 1');
      expect(await find()).toMatchObject({ source: 'cache', version: '1.13.5' });
      expect(existsSync(join(fakes.root, 'go-calls'))).toBe(false);
    });

    it('passes over a program on PATH that does not run', async () => {
      await fakes.addProgram('bin/livekit-server', '#!/bin/sh\nexit 126\n');
      await fakes.addServer(CACHED, '1.13.5');
      expect(await find()).toMatchObject({ source: 'cache' });
    });

    it('builds the pinned version with Go into the cache, once', async () => {
      const prebuilt = await fakes.addServer('elsewhere/server', '1.13.5');
      await fakes.addGo('1.26.1', `/bin/cp '${prebuilt}' "$GOBIN/server"`);
      const progress: LaunchProgress[] = [];
      expect(await find({ onProgress: (event) => progress.push(event) })).toMatchObject({
        source: 'go-install',
      });
      expect(await find()).toMatchObject({ source: 'cache' });
      const calls = await readFile(join(fakes.root, 'go-calls'), 'utf8');
      expect(calls.trim()).toBe('install github.com/livekit/livekit-server/cmd/server@v1.13.5');
      expect(progress.map(({ step, state }) => `${step} ${state}`)).toEqual([
        'install running',
        'install done',
        'start running',
        'start done',
      ]);
    });

    it('builds once for several callers at a time', async () => {
      const prebuilt = await fakes.addServer('elsewhere/server', '1.13.5');
      await fakes.addGo('1.26.1', `/bin/sleep 0.3; /bin/cp '${prebuilt}' "$GOBIN/server"`);
      await Promise.all([find(), find(), find()]);
      const calls = await readFile(join(fakes.root, 'go-calls'), 'utf8');
      expect(calls.trim().split('\n')).toHaveLength(1);
    });

    it('takes over the lock of a builder that is gone', async () => {
      const prebuilt = await fakes.addServer('elsewhere/server', '1.13.5');
      await fakes.addProgram('cache/v1.13.5/note', '');
      await writeFile(join(fakes.cacheDir, 'v1.13.5', 'install.lock'), '4194304999');
      await fakes.addGo('1.26.1', `/bin/cp '${prebuilt}' "$GOBIN/server"`);
      expect(await find()).toMatchObject({ source: 'go-install' });
    });
  });

  describe('LIVEKIT_URL', () => {
    let stub: Server;
    let url: string;

    beforeEach(async () => {
      stub = createServer((_, response) => response.end('OK'));
      await new Promise<void>((listening) => stub.listen(0, '127.0.0.1', listening));
      url = `ws://127.0.0.1:${(stub.address() as AddressInfo).port}`;
    });

    afterEach(() => stub.close());

    const keys = { LIVEKIT_API_KEY: 'key', LIVEKIT_API_SECRET: 'secret' };

    it('comes first, and is not ours to stop', async () => {
      await fakes.addServer('bin/livekit-server', '1.9.9');
      const found = await find({ env: fakes.env({ LIVEKIT_URL: url, ...keys }) });
      expect(found).toMatchObject({
        source: 'env',
        url,
        apiKey: 'key',
        apiSecret: 'secret',
        startedByUs: false,
      });
      await (found as LiveKitServer).stop();
      expect((await fetch(url.replace('ws', 'http'))).status).toBe(200);
      expect(existsSync(fakes.startsPath)).toBe(false);
    });

    it('is ignored when empty', async () => {
      await fakes.addServer('bin/livekit-server', '1.9.9');
      expect(await find({ env: fakes.env({ LIVEKIT_URL: '' }) })).toMatchObject({ source: 'path' });
    });

    it('is an error without keys, even with a server on PATH', async () => {
      await fakes.addServer('bin/livekit-server', '1.9.9');
      const error = await codeAndHint({ env: fakes.env({ LIVEKIT_URL: url, LIVEKIT_API_KEY: 'key' }) });
      expect(error.code).toBe('CONFIGURATION_INVALID');
      expect(error.message).toContain('LIVEKIT_API_SECRET');
    });

    it.each(['not an address', 'ftp://127.0.0.1'])('is an error as %j', async (wrong) => {
      const error = await codeAndHint({ env: fakes.env({ LIVEKIT_URL: wrong, ...keys }) });
      expect(error.code).toBe('CONFIGURATION_INVALID');
      expect(error.message).toContain(wrong);
    });

    it('is an error when nobody answers there', async () => {
      await new Promise((closed) => stub.close(closed));
      const error = await codeAndHint({ env: fakes.env({ LIVEKIT_URL: url, ...keys }) });
      expect(error.code).toBe('CONNECT_FAILED');
      expect(error.message).toContain('ECONNREFUSED');
    });
  });

  describe('without a server', () => {
    it('answers "none" with the reason and what to do', async () => {
      const found = await find();
      expect(found).toMatchObject({
        kind: 'none',
        reason: expect.stringContaining('Go is not installed') as string,
      });
      expect(found).toHaveProperty('hint', expect.stringContaining('1.26'));
    });

    it.each([{ allowSimulated: false }, { env: { CI: 'true' } }, { env: { CI: '1' } }])(
      'throws with %j',
      async ({ allowSimulated, env }) => {
        const error = await codeAndHint({
          env: fakes.env(env),
          ...(allowSimulated === undefined ? {} : { allowSimulated }),
        });
        expect(error.code).toBe('SERVER_UNAVAILABLE');
      },
    );

    it.each(['', '0', 'false'])('does not take CI=%j for CI', async (CI) => {
      expect(await find({ env: fakes.env({ CI }) })).toMatchObject({ kind: 'none' });
    });

    it('tells a Go that is too old', async () => {
      await fakes.addGo('1.25.9', 'exit 0');
      expect(await find()).toMatchObject({
        reason: expect.stringContaining('Go 1.25.9 is too old') as string,
      });
    });

    it('tells why a build failed, names a broken binary, and leaves no half-built files', async () => {
      await fakes.addProgram('bin/livekit-server', '#!/bin/sh\nexit 126\n');
      await fakes.addGo('1.26.0', 'echo "no space left on device" >&2; exit 1');
      const found = await find();
      expect(found).toMatchObject({
        kind: 'none',
        reason: expect.stringContaining('no space left on device') as string,
      });
      expect(found).toHaveProperty(
        'reason',
        expect.stringContaining('bin/livekit-server does not run (exit code 126'),
      );
      expect(existsSync(join(fakes.root, CACHED))).toBe(false);
    });

    it('gives up a build that takes too long', async () => {
      await fakes.addGo('1.26.0', 'exec /bin/sleep 30');
      const found = await find({ installTimeoutMs: 300 });
      expect(found).toMatchObject({ kind: 'none', reason: expect.stringContaining('300 ms') as string });
    });

    it('does not build where that is not allowed', async () => {
      await fakes.addGo('1.26.0', 'exit 1');
      expect(await find({ allowInstall: false })).toMatchObject({ kind: 'none' });
      expect(existsSync(join(fakes.root, 'go-calls'))).toBe(false);
    });

    it('can be cancelled during the build', async () => {
      await fakes.addGo('1.26.0', 'exec /bin/sleep 30');
      const controller = new AbortController();
      const found = codeOf(find({ signal: controller.signal }));
      setTimeout(() => controller.abort(), 200);
      expect(await found).toBe('ABORTED');
    });
  });
});

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
