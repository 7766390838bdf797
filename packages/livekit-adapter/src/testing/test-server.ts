import {
  type LiveKitServer,
  findOrStartLiveKitServer,
  type LiveKitServerOptions,
} from '@eloquence/livekit-server';
import type { Room } from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';
import { connectRoom } from '../connect-room.js';

/** A real server for one test file, and the rooms that were connected to it. */
export class TestServer {
  readonly #rooms: Room[] = [];
  #roomNumber = 0;

  private constructor(readonly server: LiveKitServer) {}

  static async start(options: LiveKitServerOptions = {}): Promise<TestServer> {
    const server = await findOrStartLiveKitServer({ allowSimulated: false, ...options });
    if (server.kind !== 'server') throw new Error(server.reason);
    return new TestServer(server);
  }

  /** A name that no other test uses. */
  newRoomName(): string {
    return `test-${process.pid}-${this.#roomNumber++}`;
  }

  token(
    room: string,
    identity: string,
    change: { key?: string; secret?: string; ttl?: number } = {},
  ): Promise<string> {
    const { apiKey, apiSecret } = this.server;
    const token = new AccessToken(change.key ?? apiKey, change.secret ?? apiSecret, {
      identity,
      ttl: change.ttl ?? 600,
    });
    token.addGrant({ roomJoin: true, room });
    return token.toJwt();
  }

  async connect(room: string, identity: string): Promise<Room> {
    const connected = await connectRoom({ url: this.server.url, token: await this.token(room, identity) });
    this.#rooms.push(connected);
    return connected;
  }

  /** Connects several participants to a new room, one after the other. */
  async connectAll(...identities: string[]): Promise<Room[]> {
    const name = this.newRoomName();
    const rooms: Room[] = [];
    for (const identity of identities) rooms.push(await this.connect(name, identity));
    return rooms;
  }

  async disconnectAll(): Promise<void> {
    for (const room of this.#rooms.splice(0)) await room.disconnect();
  }

  async stop(): Promise<void> {
    await this.disconnectAll();
    await this.server.stop();
  }
}

/** Waits in real time until `isTrue`, or fails with `what`. */
export async function until(what: string, isTrue: () => boolean, limitMs = 10_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
