import { type Room, attachReceiver, connectRoom } from '@eloquence/livekit-adapter';
import { type LiveKitServer, findOrStartLiveKitServer } from '@eloquence/livekit-server';
import { type PcmChunk, createSystemClock } from '@eloquence/plugin-api';
import { AccessToken } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { speakLegacy } from './speak-legacy.js';

const clock = createSystemClock();
let server: LiveKitServer;
beforeAll(async () => {
  const found = await findOrStartLiveKitServer({ allowSimulated: false });
  if (found.kind !== 'server') throw new Error(found.reason);
  server = found;
});
afterAll(() => server.stop());

async function connect(identity: string): Promise<Room> {
  const token = new AccessToken(server.apiKey, server.apiSecret, { identity });
  token.addGrant({ roomJoin: true, room: 'legacy' });
  return connectRoom({ url: server.url, token: await token.toJwt() });
}

/** A tone in pieces of 100 ms, all there at once. */
async function* tone(ms: number, sampleRateHz: number): AsyncGenerator<PcmChunk> {
  const length = sampleRateHz / 10;
  for (let piece = 0; piece * 100 < ms; piece++) {
    const samples = Int16Array.from({ length }, (_, at) =>
      Math.round(12_000 * Math.cos((2 * Math.PI * 400 * (piece * length + at)) / sampleRateHz)),
    );
    yield await Promise.resolve({ samples, sampleRateHz });
  }
}

describe('the 10 ms loop on a real server', () => {
  it('takes real time, however fast the source, and is heard whole', async () => {
    const listener = await connect('listener');
    const speaker = await connect('speaker');
    const receiver = attachReceiver(listener, {
      decoders: new Map(),
      clock,
      sink: { write() {} },
      loudness: { quietMs: 400 },
    });
    const heard: number[] = [];
    receiver.media?.onDidEndSpeech(({ startedAtMs, atMs }) => heard.push(atMs - startedAtMs));
    for (const sampleRateHz of [48_000, 24_000]) {
      const result = await speakLegacy(speaker, tone(2000, sampleRateHz), { clock });
      expect(result).toMatchObject({ outcome: 'complete', frames: 200 });
      expect(result.totalMs).toBeGreaterThan(1950);
      expect(result.timings).toHaveLength(200);
      // All but the queue is waited for.
      expect(result.sendMs).toBeGreaterThan(1750);
      expect(result.overheadPerChunkMs).toBeGreaterThan(8.5);
    }
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(heard.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...heard)).toBeGreaterThan(1900);
    receiver.dispose();
    await speaker.disconnect();
    await listener.disconnect();
  });
});
