import { RoomChannel, type RoomPort } from '@eloquence/livekit-room';
import { DisposableStore } from '@eloquence/base';
import { type Clock, type Disposable, Emitter } from '@eloquence/plugin-api';
import type { PlayerRoom } from './player-room.js';

/** What passed over a room's data channels since the player was attached. */
export interface RoomDataCounters {
  /** Packets of the data lane. */
  readonly received: number;
  readonly receivedBytes: number;
  /** Data of other topics: not ours. */
  readonly otherTopics: number;
  /** Ours by topic, but from a sender that cannot be told, or that claims to be somebody else. */
  readonly unidentified: number;
  readonly sent: number;
  /** Packets that the room refused, or that were dropped because too many were waiting. */
  readonly sendFailures: number;
}

/**
 * The data channels of a livekit-client room, for packets of the data lane. The room may be connected before or
 * after, and again after it was lost; it stays the caller's.
 */
export class RoomData implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #channel: RoomChannel;
  readonly #onDidChangeConnection = this.#owned.add(new Emitter<boolean>());
  #isConnected: boolean;

  readonly onDidReceive: RoomChannel['onDidReceive'];
  readonly onDidChangePeer: RoomChannel['onDidChangePeer'];
  /** True when packets can be sent, false when not. */
  readonly onDidChangeConnection = this.#onDidChangeConnection.event;

  constructor(room: PlayerRoom, clock: Clock) {
    this.#channel = this.#owned.add(createPlayerChannel(room, clock));
    this.#isConnected = this.#channel.state === 'connected';
    this.onDidReceive = this.#channel.onDidReceive;
    this.onDidChangePeer = this.#channel.onDidChangePeer;
    this.#owned.add(
      this.#channel.onDidChangeState((state) => {
        const isConnected = state === 'connected';
        if (isConnected === this.#isConnected) return;
        this.#isConnected = isConnected;
        this.#onDidChangeConnection.fire(isConnected);
      }),
    );
  }

  get maxPacketBytes(): number {
    return this.#channel.maxPacketBytes;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get counters(): RoomDataCounters {
    const { publish, ...received } = this.#channel.counters;
    return { ...received, sent: publish.published, sendFailures: publish.failed + publish.overflowed };
  }

  /** Sends a packet. False if the room did not take it. */
  send(packet: Uint8Array, reliable: boolean, to: readonly string[] | undefined): Promise<boolean> {
    return this.#channel.send(packet, { reliable, ...(to === undefined ? {} : { to }) }).then(
      () => true,
      () => false,
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function createPlayerChannel(room: PlayerRoom, clock: Clock): RoomChannel {
  const port = {
    room,
    isReusable: true,
    readState() {
      if (room.state === 'connected') return 'connected';
      return room.state === 'disconnected' || room.state === 'connecting' ? 'closed' : 'reconnecting';
    },
    publish(packet, { to, ...options }) {
      return room.localParticipant.publishData(
        packet as Uint8Array<ArrayBuffer>,
        to === undefined ? options : { ...options, destinationIdentities: to },
      );
    },
  } satisfies RoomPort;
  return new RoomChannel(port, clock);
}
