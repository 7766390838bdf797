import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findOrStartLiveKitServer } from './find-or-start.js';
import type { LiveKitServer } from './livekit-server.js';

async function start(sctpMinCwnd?: number): Promise<LiveKitServer> {
  const { LIVEKIT_URL: _, ...env } = process.env;
  const found = await findOrStartLiveKitServer({
    env,
    allowSimulated: false,
    ...(sctpMinCwnd === undefined ? {} : { sctpMinCwnd }),
  });
  if (found.kind === 'none') throw new Error(found.reason);
  return found;
}

/** Addresses, in hexadecimal, at which a process of Linux waits for others. */
function listeningAddresses(pid: number): string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        // Closed meanwhile.
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , remote, , , , , , , inode]) => /:0000$/.test(remote ?? '') && sockets.has(inode ?? ''))
      .map(([, local]) => `${table} ${local!.split(':')[0]!}`),
  );
}

describe('the real livekit-server', () => {
  it.skipIf(process.platform !== 'linux')('can be reached on loopback alone', async () => {
    const server = await start();
    try {
      const addresses = listeningAddresses(server.pid!);
      expect([...new Set(addresses)].sort()).toEqual(['tcp 0100007F', 'udp 0100007F']);
    } finally {
      await server.stop();
    }
  });

  it('runs several times side by side', async () => {
    const servers = await Promise.all([start(), start(65_536), start()]);
    try {
      for (const server of servers) {
        const address = server.url.replace('ws', 'http');
        expect(await (await fetch(address)).text()).toBe('OK');
        const refused = await fetch(`${address}/rtc/validate?access_token=nonsense`);
        expect(refused.status).toBe(401);
        expect(server.readLogTail().join('\n')).toContain('starting LiveKit server');
      }
      expect(new Set(servers.map((server) => server.url)).size).toBe(3);
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
    for (const server of servers) expect(server.hasExited).toBe(true);
  });
});
