import { connectRoom, type Room } from '@eloquence/livekit-adapter';
import { type LiveKitServer, findOrStartLiveKitServer } from '@eloquence/livekit-server';
import type { PcmChunk } from '@eloquence/plugin-api';
import { AccessToken } from 'livekit-server-sdk';

/** A speaker and a listener in one room of a real server. */
export interface TestRoom {
  readonly speaker: Room;
  readonly listener: Room;
  close(): Promise<void>;
}

export async function startTestServer(): Promise<LiveKitServer> {
  const server = await findOrStartLiveKitServer({ allowSimulated: false });
  if (server.kind !== 'server') throw new Error(server.reason);
  return server;
}

export async function openTestRoom(server: LiveKitServer, name: string): Promise<TestRoom> {
  const connect = async (identity: string): Promise<Room> => {
    const token = new AccessToken(server.apiKey, server.apiSecret, { identity, ttl: 3600 });
    token.addGrant({ roomJoin: true, room: name });
    return connectRoom({ url: server.url, token: await token.toJwt() });
  };
  const listener = await connect('l');
  const speaker = await connect('s');
  return {
    speaker,
    listener,
    async close() {
      await speaker.disconnect();
      await listener.disconnect();
    },
  };
}

/** A tone in pieces of 100 ms at 24 kHz. */
export async function* tone(durationMs: number): AsyncGenerator<PcmChunk> {
  for (let atMs = 0; atMs < durationMs; atMs += 100) {
    const count = (24 * Math.min(100, durationMs - atMs)) | 0;
    const samples = Int16Array.from({ length: count }, (_, at) => 8000 * Math.sin((at + 24 * atMs) * 0.1));
    yield { samples, sampleRateHz: 24_000 };
    await Promise.resolve();
  }
}
