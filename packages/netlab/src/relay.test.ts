import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DirectionConditions } from './direction-conditions.js';
import { totalCount } from './direction-counters.js';
import { Relay, type RelaySettings } from './relay.js';

const HOST = '127.0.0.1';

async function bind(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  await new Promise<void>((resolve) => socket.bind(0, HOST, resolve));
  return socket;
}

const portOf = (socket: Socket): number => socket.address().port;

interface Arrival {
  readonly index: number;
  readonly transitMs: number;
  readonly atMs: number;
}

describe('Relay over real UDP sockets', () => {
  const closers: (() => Promise<void> | void)[] = [];
  let server: Socket;
  let client: Socket;
  let atServer: Arrival[];
  let atClient: Arrival[];

  beforeEach(async () => {
    server = await bind();
    client = await bind();
    atServer = [];
    atClient = [];
    closers.push(
      () => void server.close(),
      () => void client.close(),
    );
    const arrival = (payload: Buffer): Arrival => {
      const atMs = performance.now();
      return { index: payload.readUInt32BE(1), transitMs: atMs - payload.readDoubleBE(5), atMs };
    };
    server.on('message', (payload, from) => {
      atServer.push(arrival(payload));
      payload.writeDoubleBE(performance.now(), 5);
      server.send(payload, from.port, from.address);
    });
    client.on('message', (payload) => atClient.push(arrival(payload)));
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function start(
    up: Partial<DirectionConditions>,
    down: Partial<DirectionConditions> = {},
    more: Partial<RelaySettings> = {},
  ): Promise<Relay> {
    const relay = await Relay.start({
      host: HOST,
      serverPort: 9,
      serverUdpPort: portOf(server),
      signalPort: 0,
      seed: 1,
      up,
      down,
      ...more,
    });
    closers.push(() => relay.close());
    return relay;
  }

  function send(relay: Relay, index: number, bytes = 100, socket = client): void {
    const payload = Buffer.alloc(bytes);
    payload[0] = 23;
    payload.writeUInt32BE(index, 1);
    payload.writeDoubleBE(performance.now(), 5);
    socket.send(payload, relay.ports.udpPort, HOST);
  }

  async function sendPaced(relay: Relay, count: number, stepMs: number, first = 0): Promise<void> {
    const startMs = performance.now();
    for (let index = 0; index < count; index++) {
      const waitMs = startMs + index * stepMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      send(relay, first + index);
    }
  }

  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

  it('takes a port with as many digits as the server', async () => {
    const relay = await start({});
    expect(String(relay.ports.udpPort)).toHaveLength(String(portOf(server)).length);
    expect(relay.ports.udpPort).not.toBe(portOf(server));
  });

  it('delays each direction by what was asked, in order', async () => {
    const relay = await start({ delayMs: 20.4 }, { delayMs: 35.7 });
    await sendPaced(relay, 150, 3.3);
    await expect.poll(() => atClient.length, { timeout: 3_000 }).toBe(150);
    expect(atClient.map(({ index }) => index)).toEqual(Array.from({ length: 150 }, (_, index) => index));
    // The median error is a few tenths of a millisecond on an idle machine.
    expect(Math.abs(median(atServer.map(({ transitMs }) => transitMs)) - 20.4)).toBeLessThan(5);
    expect(Math.abs(median(atClient.map(({ transitMs }) => transitMs)) - 35.7)).toBeLessThan(5);
    expect(Math.min(...atServer.map(({ transitMs }) => transitMs))).toBeGreaterThan(20.4 - 1);
  });

  it('adds jitter without swapping packets', async () => {
    const relay = await start({ delayMs: 5, jitterMs: 10 });
    await sendPaced(relay, 200, 1);
    await expect.poll(() => atServer.length, { timeout: 3_000 }).toBe(200);
    expect(atServer.map(({ index }) => index)).toEqual(Array.from({ length: 200 }, (_, index) => index));
    expect(mean(atServer.map(({ transitMs }) => transitMs))).toBeGreaterThan(15);
  });

  it('loses the asked share, each direction by its own draws, and accounts for all', async () => {
    const relay = await start({ lossPercent: 20 }, { lossPercent: 20 });
    // Few at a time: more than a socket's buffer holds would be lost before the relay on a busy machine.
    for (let first = 0; first < 1_000; first += 50) {
      await sendPaced(relay, 50, 0, first);
      await expect.poll(() => relay.stats().up.entered.dtls.packets, { interval: 1 }).toBe(first + 50);
    }
    await expect
      .poll(() => {
        const { up, down } = relay.stats();
        return up.lost + down.lost + atClient.length;
      })
      .toBe(1_000);
    const { up, down } = relay.stats();
    expect(totalCount(up.entered)).toEqual({ packets: 1_000, bytes: 128_000 });
    expect(up.lost / 1_000).toBeGreaterThan(0.14);
    expect(up.lost / 1_000).toBeLessThan(0.26);
    expect(up.exited.dtls.packets).toBe(1_000 - up.lost);
    expect(atServer).toHaveLength(1_000 - up.lost);
    expect(down.entered.dtls.packets).toBe(atServer.length);
    expect(atClient).toHaveLength(atServer.length - down.lost);
    expect(down.lost).not.toBe(up.lost);
  });

  it('passes no faster than its rate, and drops what the queue cannot take', async () => {
    const relay = await start({ rateKbps: 800, queueMs: 200 });
    // 1 000 B on the link are 10 ms each at 800 kbit/s: 21 of 60 find room.
    for (let index = 0; index < 60; index++) send(relay, index, 1_000 - 28);
    await expect.poll(() => atServer.length, { timeout: 3_000 }).toBeGreaterThanOrEqual(20);
    await sleep(50);
    const { up } = relay.stats();
    expect(up.queueDropped).toBe(60 - atServer.length);
    expect(atServer.length).toBeLessThanOrEqual(24);
    const spanMs = (atServer.at(-1)?.atMs ?? 0) - (atServer[0]?.atMs ?? 0);
    expect(spanMs / (atServer.length - 1)).toBeGreaterThan(9);
    expect(spanMs / (atServer.length - 1)).toBeLessThan(12);
  });

  it('lets nothing pass during a blackout, and ends it by itself', async () => {
    const relay = await start({});
    send(relay, 0);
    await expect.poll(() => atClient.length).toBe(1);
    relay.blackout(40);
    // The second one ends before the first, and must not shorten it.
    relay.blackout(150);
    relay.blackout(10);
    const startMs = performance.now();
    await sendPaced(relay, 10, 5, 1);
    await sleep(30);
    expect(atServer).toHaveLength(1);
    expect(relay.stats()).toMatchObject({ blackouts: 3, up: { blackoutDropped: 10 } });
    await expect.poll(() => relay.stats().up.conditions.down, { interval: 2 }).toBe(false);
    expect(performance.now() - startMs).toBeGreaterThan(130);
    send(relay, 99);
    await expect.poll(() => atClient.at(-1)?.index).toBe(99);
  });

  it.each([-1, NaN, 600_001])('refuses a blackout of %d ms', async (durationMs) => {
    const relay = await start({});
    expect(() => relay.blackout(durationMs)).toThrow(expect.objectContaining({ code: 'LINK_INVALID' }));
    expect(relay.stats().up.conditions.down).toBe(false);
  });

  it('changes while packets flow, both directions or none', async () => {
    const relay = await start({ delayMs: 5 });
    send(relay, 0);
    await expect.poll(() => atServer.length).toBe(1);
    expect(() => relay.configure({ up: { delayMs: 60 }, down: { delayMs: -1 } })).toThrow(/delayMs/);
    expect(relay.stats().up.conditions.delayMs).toBe(5);
    relay.configure({ both: { delayMs: 60 }, down: { delayMs: 0 } });
    send(relay, 1);
    await expect.poll(() => atClient.length).toBe(2);
    expect(atServer[1]?.transitMs).toBeGreaterThan(58);
    expect(atServer[0]?.transitMs).toBeLessThan(atServer[1]?.transitMs ?? 0);
    expect(relay.stats().down.conditions.delayMs).toBe(0);
  });

  it('keeps clients apart, in a bounded number of flows', async () => {
    const others = await Promise.all([bind(), bind(), bind()]);
    for (const socket of others) closers.push(() => void socket.close());
    const heard = others.map(() => [] as number[]);
    others.forEach((socket, index) =>
      socket.on('message', (payload) => heard[index]?.push(payload.readUInt32BE(1))),
    );
    const relay = await start({}, {}, { maxFlows: 2 });
    for (const [index, socket] of others.entries()) {
      send(relay, index, 100, socket);
      await sleep(10);
    }
    await expect.poll(() => heard.flat().length).toBe(2);
    await sleep(20);
    expect(heard).toEqual([[0], [1], []]);
    expect(relay.stats()).toMatchObject({ flows: 2, flowsOpened: 2, flowRefusals: 1 });
  });

  it('closes flows that fall silent', async () => {
    const relay = await start({}, {}, { flowIdleMs: 80 });
    send(relay, 0);
    await expect.poll(() => relay.stats().flows).toBe(1);
    await expect.poll(() => relay.stats().flowsExpired, { timeout: 2_000 }).toBe(1);
    expect(relay.stats().flows).toBe(0);
    send(relay, 1);
    await expect.poll(() => atClient.at(-1)?.index).toBe(1);
  });

  it('bounds the packets on the way', async () => {
    const relay = await start({ delayMs: 10_000 }, {}, { maxQueuedPackets: 50 });
    for (let index = 0; index < 80; index++) send(relay, index);
    await expect.poll(() => relay.stats().overflows).toBe(30);
    expect(relay.stats()).toMatchObject({ queuedPackets: 50, queuedBytes: 50 * 128 });
  });

  it('ignores packets that do not come from the server', async () => {
    const relay = await start({});
    let flowPort = 0;
    server.once('message', (_, from) => (flowPort = from.port));
    send(relay, 0);
    await expect.poll(() => atClient.length).toBe(1);
    const stranger = await bind();
    closers.push(() => void stranger.close());
    stranger.send(Buffer.alloc(50), flowPort, HOST);
    await expect.poll(() => relay.stats().strangers).toBe(1);
    expect(atClient).toHaveLength(1);
  });

  it('frees its ports when closed', async () => {
    const relay = await start({}, {}, { serverTcpPort: 7881 });
    closers.pop();
    await relay.close();
    const again = await start({}, {}, { signalPort: relay.ports.signalPort });
    expect(again.ports.signalPort).toBe(relay.ports.signalPort);
  });
});
