import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSystemClock } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { SignallingProxy } from './signalling-proxy.js';

const HOST = '127.0.0.1';
const CANDIDATE = 'candidate:1 1 udp 2130706431 127.0.0.1 7882 typ host';
const TCP_CANDIDATE = 'candidate:2 1 tcp 1671430143 127.0.0.1 7881 typ host tcptype passive';

describe('SignallingProxy', () => {
  const closers: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  const direction = { delayMs: 0, down: false };
  let up = { ...direction };
  let down = { ...direction };

  /** A proxy in front of a server that hands out its connections. */
  async function start(): Promise<{
    proxy: SignallingProxy;
    server: Server;
    accepted: () => Promise<Socket>;
  }> {
    up = { ...direction };
    down = { ...direction };
    const waiting: Socket[] = [];
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('end', () => socket.end());
      waiting.push(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    closers.push(() => {
      for (const socket of waiting) socket.destroy();
      server.close();
    });
    const proxy = new SignallingProxy({
      clock: createSystemClock(),
      host: HOST,
      port: 0,
      serverHost: HOST,
      serverPort: (server.address() as AddressInfo).port,
      udpPorts: { from: 7882, to: 4321 },
      tcpPorts: { from: 7881, to: 1999 },
      up: () => up,
      down: () => down,
    });
    await proxy.listen();
    closers.push(() => proxy.close());
    let taken = 0;
    const accepted = async (): Promise<Socket> => {
      await expect.poll(() => waiting.length, { timeout: 2_000 }).toBeGreaterThan(taken);
      return waiting[taken++] as Socket;
    };
    return { proxy, server, accepted };
  }

  function open(port: number): { socket: Socket; heard: () => string } {
    const socket = connect({ port, host: HOST, noDelay: true, allowHalfOpen: true });
    socket.on('error', () => undefined);
    closers.push(() => void socket.destroy());
    return { socket, heard: listen(socket) };
  }

  function listen(socket: Socket): () => string {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    return () => text;
  }

  it('points candidates at the relay, also when they are cut across chunks', async () => {
    const { proxy, accepted } = await start();
    const client = open(proxy.port);
    const server = await accepted();
    const message = `${CANDIDATE}\r\n${TCP_CANDIDATE}\r\n`;
    const expected = message.replace(' 7882 ', ' 4321 ').replace(' 7881 ', ' 1999 ');
    const cuts = [message.indexOf('7882') + 2, message.indexOf('7881'), message.indexOf('7881') + 3];
    let from = 0;
    for (const to of [...cuts, message.length]) {
      server.write(message.slice(from, to));
      from = to;
      await sleep(8);
    }
    await expect.poll(client.heard).toBe(expected);
    expect(proxy.stats()).toMatchObject({ rewrites: 1, tcpRewrites: 1, connections: 1, openConnections: 1 });
    client.socket.destroy();
    await expect.poll(() => proxy.stats().openConnections).toBe(0);
    // What a closed connection did stays counted.
    expect(proxy.stats()).toMatchObject({ rewrites: 1, tcpRewrites: 1, bytesDown: message.length });
  });

  it('does not keep the beginning of a match for ever', async () => {
    const { proxy, accepted } = await start();
    const client = open(proxy.port);
    (await accepted()).write('the number 7882');
    await expect.poll(client.heard).toBe('the number 7882');
    expect(proxy.stats().rewrites).toBe(0);
  });

  it.each(['Sec-WebSocket-Extensions', 'sec-websocket-extensions'])(
    'hides %s from the server',
    async (name) => {
      const { proxy, accepted } = await start();
      const client = open(proxy.port);
      const heard = listen(await accepted());
      const head = `GET /rtc HTTP/1.1\r\nHost: x\r\n${name}: permessage-deflate\r\nSec-WebSocket-Key: k\r\n\r\n`;
      client.socket.write(head.slice(0, 40));
      await sleep(8);
      client.socket.write(head.slice(40));
      await expect.poll(() => heard().length).toBe(head.length);
      expect(heard().toLowerCase()).not.toContain('sec-websocket-extensions');
      expect(heard()).toContain('Sec-WebSocket-Key: k');
      expect(proxy.stats().hiddenHeaders).toBe(1);
    },
  );

  it('delays each direction, and keeps the order when the delay shrinks', async () => {
    const { proxy, accepted } = await start();
    up.delayMs = 120;
    const client = open(proxy.port);
    const server = await accepted();
    const heard = listen(server);
    const startMs = performance.now();
    client.socket.write('first ');
    await sleep(20);
    up.delayMs = 0;
    client.socket.write('second');
    expect(heard()).toBe('');
    await expect.poll(heard, { interval: 2 }).toBe('first second');
    expect(performance.now() - startMs).toBeGreaterThan(110);
  });

  it('holds bytes while the link is down, and loses none', async () => {
    const { proxy, accepted } = await start();
    const client = open(proxy.port);
    const server = await accepted();
    const heard = listen(server);
    up.down = down.down = true;
    client.socket.write('held up');
    server.write('held down');
    await sleep(60);
    expect([heard(), client.heard()]).toEqual(['', '']);
    up.down = down.down = false;
    proxy.wake();
    await expect.poll(() => [heard(), client.heard()]).toEqual(['held up', 'held down']);
  });

  it('carries megabytes through a hold with bounded memory', async () => {
    const { proxy, accepted } = await start();
    const client = open(proxy.port);
    const server = await accepted();
    down.down = true;
    const block = Buffer.alloc(8 * 1024 * 1024, 1);
    let received = 0;
    client.socket.on('data', (chunk: Buffer) => (received += chunk.length));
    server.write(block);
    await sleep(80);
    // The proxy stopped reading, so the server still has most of it.
    expect(server.writableLength).toBeGreaterThan(0);
    down.down = false;
    proxy.wake();
    await expect.poll(() => received, { timeout: 5_000 }).toBe(block.length);
  });

  it('delivers what was sent before an end in good order', async () => {
    const { proxy, accepted } = await start();
    up.delayMs = 50;
    const client = open(proxy.port);
    const server = await accepted();
    const heard = listen(server);
    server.end();
    client.socket.end('last words');
    await expect.poll(heard).toBe('last words');
    await expect.poll(() => proxy.stats().openConnections).toBe(0);
  });

  it('closes the client when the server cannot be reached', async () => {
    const { proxy, server } = await start();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const client = open(proxy.port);
    await new Promise((resolve) => client.socket.once('end', resolve));
    expect(proxy.stats()).toMatchObject({ errors: 1, openConnections: 0 });
  });

  it('refuses more connections than it can hold', async () => {
    const { proxy } = await start();
    for (let index = 0; index < 66; index++) open(proxy.port);
    await expect.poll(() => proxy.stats().refusedConnections, { timeout: 3_000 }).toBe(2);
    expect(proxy.stats().openConnections).toBe(64);
  });

  it('says which port is taken', async () => {
    const { server } = await start();
    const { port } = server.address() as AddressInfo;
    const proxy = new SignallingProxy({
      clock: createSystemClock(),
      host: HOST,
      port,
      serverHost: HOST,
      serverPort: port,
      udpPorts: { from: 7882, to: 4321 },
      tcpPorts: undefined,
      up: () => up,
      down: () => down,
    });
    await expect(proxy.listen()).rejects.toMatchObject({ code: 'PORT_TAKEN', value: port });
  });
});
