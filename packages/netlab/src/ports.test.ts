import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { bindUdpLike, DeadTcpPort, portsLike } from './ports.js';

describe('portsLike', () => {
  it.each([7882, 50_000, 65_535, 443, 9])('offers ports with as many digits as %d', (port) => {
    const ports = portsLike(port, [1_234]);
    expect(ports.length).toBeGreaterThan(5);
    expect(ports.length).toBeLessThanOrEqual(200);
    expect(new Set(ports).size).toBe(ports.length);
    for (const candidate of ports) {
      expect(String(candidate)).toHaveLength(String(port).length);
      expect([port, 1_234]).not.toContain(candidate);
      expect(candidate).toBeLessThanOrEqual(65_535);
    }
  });
});

describe('bindUdpLike', () => {
  it('gives each caller another port', async () => {
    const bound = await Promise.all(Array.from({ length: 20 }, () => bindUdpLike(7882, '127.0.0.1', [])));
    expect(new Set(bound.map(({ port }) => port)).size).toBe(20);
    for (const { socket } of bound) socket.close();
  });

  it('says what it looked for when nothing can be bound', async () => {
    // An address that this machine does not have.
    await expect(bindUdpLike(7882, '192.0.2.1', [])).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      value: 7882,
      hint: expect.stringContaining('digits'),
    });
  });
});

describe('DeadTcpPort', () => {
  it('resets whoever connects, and counts it', async () => {
    const dead = await DeadTcpPort.open(7881, '127.0.0.1', []);
    const code = await new Promise<string | undefined>((resolve) => {
      const socket = connect(dead.port, '127.0.0.1');
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.on('close', () => resolve('closed'));
    });
    expect(['ECONNRESET', 'ECONNREFUSED', 'closed']).toContain(code);
    expect(dead.attempts).toBe(1);
    await dead.close();
  });
});
