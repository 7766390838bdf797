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

describe('the real livekit-server', () => {
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
