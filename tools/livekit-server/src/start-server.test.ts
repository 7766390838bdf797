import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname } from 'node:path';
import { isEloquenceError } from '@eloquence/plugin-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveKitBinary } from './binary.js';
import type { LiveKitServer, LiveKitServerOptions, ServerExit } from './livekit-server.js';
import { startLiveKitServer } from './start-server.js';
import { FakePrograms } from './testing/fake-programs.js';

describe('startLiveKitServer', () => {
  let fakes: FakePrograms;
  let binary: LiveKitBinary;
  const servers: LiveKitServer[] = [];

  beforeEach(async () => {
    fakes = await FakePrograms.create();
    binary = {
      path: await fakes.addServer('bin/livekit-server', '1.13.5'),
      version: '1.13.5',
      source: 'path',
    };
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await fakes.remove();
  });

  const start = async (mode: string, options: LiveKitServerOptions = {}) => {
    const server = await startLiveKitServer(binary, { env: fakes.env({ FAKE_MODE: mode }), ...options });
    servers.push(server);
    return server;
  };

  const startError = async (mode: string, options: LiveKitServerOptions = {}) => {
    const error: unknown = await start(mode, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!isEloquenceError(error)) throw new Error(`expected an EloquenceError, got ${String(error)}`);
    if (error.code !== 'ABORTED') expect(error.hint).toMatch(/\w+/);
    return error;
  };

  const starts = async (): Promise<{ config: string; text: string }[]> =>
    (await readFile(fakes.startsPath, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { config: string; text: string });

  it('waits until the server answers, and removes its files when it stops', async () => {
    const server = await start('ok');
    expect((await fetch(server.url.replace('ws', 'http'))).status).toBe(200);
    expect(server.apiSecret.length).toBeGreaterThanOrEqual(32);
    const [entry] = await starts();
    expect(entry?.text).toContain(`udp_port: ${server.udpPort}`);
    expect(entry?.text).toContain('use_ice_lite: true');
    expect(entry?.text).not.toContain('sctp_min_cwnd');
    const exits: ServerExit[] = [];
    server.onDidExit((exit) => exits.push(exit));
    await Promise.all([server.stop(), server.stop()]);
    expect(exits).toEqual([expect.objectContaining({ wasExpected: true })]);
    expect(server.hasExited).toBe(true);
    expect(existsSync(dirname(entry?.config ?? '/'))).toBe(false);
    await expect(fetch(server.url.replace('ws', 'http'))).rejects.toThrow();
  });

  it('gives several servers ports and keys of their own', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => start('ok')));
    expect(new Set(all.map((server) => new URL(server.url).port)).size).toBe(4);
    expect(new Set(all.map((server) => server.udpPort)).size).toBe(4);
    expect(new Set(all.map((server) => server.apiSecret)).size).toBe(4);
  });

  it('offers ICE-TCP, which is open to the network, only on a port that was asked for', async () => {
    expect((await start('ok')).tcpPort).toBeUndefined();
    const holder = createServer();
    await new Promise<void>((listening) => holder.listen(0, listening));
    const { port: tcpPort } = holder.address() as AddressInfo;
    await new Promise((closed) => holder.close(closed));
    expect((await start('ok', { ports: { tcpPort } })).tcpPort).toBe(tcpPort);
    expect((await starts()).map(({ text }) => /tcp_port: (\d+)/.exec(text)?.[1])).toEqual([
      '0',
      String(tcpPort),
    ]);
  });

  it('passes the bound of the congestion window on', async () => {
    await start('ok', { sctpMinCwnd: 65_536 });
    expect((await starts())[0]?.text).toContain('  sctp_min_cwnd: 65536\n');
  });

  it('tries again after a clash of ports', async () => {
    await start('clash-once');
    const texts = (await starts()).map((entry) => entry.text);
    expect(texts).toHaveLength(2);
    expect(texts[0]).not.toBe(texts[1]);
  });

  it('gives up after five clashes', async () => {
    const error = await startError('clash');
    expect(error.code).toBe('PORT_TAKEN');
    expect(await starts()).toHaveLength(5);
  });

  it('tells the last log lines of a server that died, and no more than asked', async () => {
    const error = await startError('die', { logLines: 10 });
    expect(error.code).toBe('SERVER_FAILED');
    expect(error.message).toContain('exit code 3');
    expect(error.message).toContain('log line 299');
    expect((error.value as { log: string[] }).log).toHaveLength(10);
  });

  it('gives up on a server that never answers, and ends it', async () => {
    const error = await startError('silent', { readyTimeoutMs: 400 });
    expect(error.code).toBe('SERVER_FAILED');
    expect(error.message).toContain('did not answer within 400 ms');
    expect(existsSync(dirname((await starts())[0]?.config ?? '/'))).toBe(false);
  });

  it('kills a server that does not want to end', async () => {
    const server = await start('stubborn', { stopTimeoutMs: 600 });
    const exits: ServerExit[] = [];
    server.onDidExit((exit) => exits.push(exit));
    await server.stop();
    expect(exits[0]?.signal).toBe('SIGKILL');
  });

  it('tells when the server ends by itself', async () => {
    const server = await start('ok');
    const exit = new Promise<ServerExit>((resolve) => server.onDidExit(resolve));
    process.kill(server.pid ?? Number.NaN, 'SIGKILL');
    expect(await exit).toEqual({ exitCode: undefined, signal: 'SIGKILL', wasExpected: false });
    await server.stop();
  });

  it('refuses a fixed port that is taken', async () => {
    const holder = createServer();
    await new Promise<void>((listening) => holder.listen(0, '127.0.0.1', listening));
    const address = holder.address();
    const httpPort = address !== null && typeof address === 'object' ? address.port : 0;
    try {
      const error = await startError('ok', { ports: { httpPort } });
      expect(error.code).toBe('PORT_TAKEN');
      expect(error.value).toBe(httpPort);
      expect(existsSync(fakes.startsPath)).toBe(false);
    } finally {
      holder.close();
    }
  });

  it('explains a binary that cannot be started', async () => {
    binary = { ...binary, path: `${fakes.root}/nowhere` };
    expect((await startError('ok')).code).toBe('SERVER_FAILED');
  });

  it('can be cancelled while it waits', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 150);
    expect((await startError('silent', { signal: controller.signal })).code).toBe('ABORTED');
  });
});
