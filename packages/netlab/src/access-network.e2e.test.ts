import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type AccessNetwork, startAccessNetwork } from './access-network.js';

const HOST = '127.0.0.1';
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** These run the built relay in its own process; they need a build. */
describe('startAccessNetwork', () => {
  const closers: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function bind(): Promise<Socket> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, HOST, resolve));
    closers.push(() => void socket.close());
    return socket;
  }

  async function start(link: string): Promise<{ network: AccessNetwork; client: Socket; server: Socket }> {
    const server = await bind();
    const client = await bind();
    const serverUdpPort = server.address().port;
    const network = await startAccessNetwork({ serverUrl: `ws://${HOST}:9`, serverUdpPort, link });
    closers.push(() => network.close());
    return { network, client, server };
  }

  it('delays by what was asked, and counts both ends of the link', async () => {
    const { network, client, server } = await start('{"rttMs":81}');
    const transits: number[] = [];
    server.on('message', (payload, from) => server.send(payload, from.port, from.address));
    client.on('message', (payload) => transits.push(performance.now() - payload.readDoubleBE(1)));
    for (let index = 0; index < 200; index++) {
      const payload = Buffer.alloc(120, 23);
      payload.writeDoubleBE(performance.now(), 1);
      client.send(payload, network.udpPort, HOST);
      await sleep(4);
    }
    await expect.poll(() => transits.length, { timeout: 2_000 }).toBe(200);
    const median = [...transits].sort((a, b) => a - b)[100] ?? NaN;
    expect(Math.abs(median - 81)).toBeLessThan(5);
    const stats = await network.stats();
    expect(stats.up.exited.dtls).toEqual({ packets: 200, bytes: 200 * 148 });
    expect(stats.down.exited.dtls.packets).toBe(200);
    expect(stats.cpuMs).toBeGreaterThan(0);
    expect(stats.uptimeMs).toBeGreaterThan(800);
  });

  it('changes live, tells when on the common clock, and passes errors on', async () => {
    const { network } = await start('B');
    const before = Number(process.hrtime.bigint()) / 1e6;
    const appliedAtMs = await network.configure({ both: { lossPercent: 5 }, up: { rateKbps: 100 } });
    expect(appliedAtMs).toBeGreaterThan(before);
    expect(appliedAtMs).toBeLessThan(Number(process.hrtime.bigint()) / 1e6);
    const { up, down } = await network.stats();
    expect(up.conditions).toMatchObject({ lossPercent: 5, rateKbps: 100, delayMs: 40 });
    expect(down.conditions).toMatchObject({ lossPercent: 5, rateKbps: 2_000 });
    await expect(network.configure({ both: { lossPercent: 500 } })).rejects.toMatchObject({
      name: 'EloquenceError',
      code: 'LINK_INVALID',
      hint: expect.stringContaining('lossPercent'),
    });
    await network.blackout(50);
    expect((await network.stats()).up.conditions.down).toBe(true);
    await expect.poll(async () => (await network.stats()).up.conditions.down).toBe(false);
  });

  it('closes once, and refuses calls afterwards', async () => {
    const { network } = await start('none');
    await Promise.all([network.close(), network.close()]);
    await network.close();
    await expect(network.stats()).rejects.toMatchObject({ code: 'IO_FAILED' });
  });

  it('runs several side by side', async () => {
    const networks = await Promise.all([start('A'), start('B'), start('C')]);
    expect(new Set(networks.map(({ network }) => network.udpPort)).size).toBe(3);
    expect(new Set(networks.map(({ network }) => network.url)).size).toBe(3);
  });

  it('ends with its owner, and on Ctrl-C with code 0', async () => {
    const child = spawn(process.execPath, [MAIN, '--json', '--link', 'S'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const exited = new Promise((resolve) => child.once('exit', resolve));
    await expect.poll(() => out, { timeout: 5_000 }).toContain('"event":"ready"');
    const { udpPort } = JSON.parse(out.split('\n')[0] ?? '') as { udpPort: number };
    child.kill('SIGINT');
    expect(await exited).toBe(0);
    expect(out).toContain('"event":"closed"');
    expect(await isFree(udpPort)).toBe(true);
  });

  it('does not outlive an owner that is killed', async () => {
    const child = spawn(process.execPath, [MAIN, '--json'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await expect.poll(() => out, { timeout: 5_000 }).toContain('"event":"ready"');
    const { udpPort } = JSON.parse(out.split('\n')[0] ?? '') as { udpPort: number };
    expect(await isFree(udpPort)).toBe(false);
    child.kill('SIGKILL');
    await expect.poll(() => isFree(udpPort), { timeout: 3_000 }).toBe(true);
  });
});

async function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind(port, HOST, () => socket.close(() => resolve(true)));
  });
}
