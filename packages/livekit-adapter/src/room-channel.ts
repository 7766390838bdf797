import {
  type ChannelState,
  type Clock,
  type DatagramChannel,
  type DatagramSendOptions,
  DisposableStore,
  EloquenceError,
  Emitter,
  type ReceivedDatagram,
  createSystemClock,
} from '@eloquence/plugin-api';
import { wireTopic } from '@eloquence/wire';
import type { LivekitPublishDataOptions, LivekitRoom } from './livekit-room.js';
import { listenToNativeData } from './native-data-events.js';
import { PeerDirectory } from './peer-directory.js';
import { type PublishCounters, PublishQueue } from './publish-queue.js';
import { RoomConnection } from './room-connection.js';
import { listenTo } from './room-listeners.js';

/** Payload that fits one SCTP packet with LiveKit's own fields around it, short identities assumed, bytes. */
export const maxRoomPacketBytes = 1086;

export interface RoomChannelCounters {
  readonly publish: Readonly<PublishCounters>;
  received: number;
  receivedBytes: number;
  /** Data of other topics: not ours. */
  otherTopics: number;
  /** Ours by topic, but from a sender that rtc-node could not name. */
  unidentified: number;
}

/** The room's data channels as a {@link DatagramChannel}. The room stays the caller's: disposing leaves it open. */
export class RoomChannel implements DatagramChannel {
  readonly maxPacketBytes = maxRoomPacketBytes;
  readonly counters: RoomChannelCounters;
  readonly #room: LivekitRoom;
  readonly #owned = new DisposableStore();
  readonly #connection: RoomConnection;
  readonly #peers: PeerDirectory;
  readonly #queue: PublishQueue;
  readonly #onDidReceive = this.#owned.add(new Emitter<ReceivedDatagram>());
  /** Packets seen natively whose `DataReceived` is still to come. */
  #expectedEchoes = 0;

  readonly onDidReceive = this.#onDidReceive.event;
  readonly onDidChangePeer: DatagramChannel['onDidChangePeer'];
  readonly onDidChangeState: DatagramChannel['onDidChangeState'];

  constructor(room: LivekitRoom, clock: Clock) {
    this.#room = room;
    this.#queue = new PublishQueue((packet, options) => this.#publish(packet, options));
    this.counters = {
      publish: this.#queue.counters,
      received: 0,
      receivedBytes: 0,
      otherTopics: 0,
      unidentified: 0,
    };
    this.#connection = this.#owned.add(new RoomConnection(room));
    this.#peers = this.#owned.add(new PeerDirectory(room, clock));
    this.onDidChangePeer = this.#peers.onDidChangePeer;
    this.onDidChangeState = this.#connection.onDidChangeState;
    this.#owned.add(this.onDidChangeState((state) => this.#stateChanged(state)));
    const native = listenToNativeData(room, wireTopic, ({ payload, from }) => {
      this.#expectedEchoes++;
      this.#deliver(payload, from);
    });
    if (native !== undefined) this.#owned.add(native);
    this.#owned.add(
      listenTo(room, 'dataReceived', (payload, participant, _kind, topic) => {
        if (topic !== wireTopic) this.counters.otherTopics++;
        else if (this.#expectedEchoes > 0) this.#expectedEchoes--;
        else if (participant === undefined) this.counters.unidentified++;
        else this.#deliver(payload, participant.identity);
      }),
    );
    if (this.state === 'closed') this.#stateChanged('closed');
  }

  get state(): ChannelState {
    return this.#connection.state;
  }

  /** Other participants known to be in the room, listeners or not. */
  get peerCount(): number {
    return this.#peers.count;
  }

  send(packet: Uint8Array, options: DatagramSendOptions): Promise<void> {
    return this.#queue.send(packet, options);
  }

  dispose(): void {
    this.#queue.close(new EloquenceError('DISPOSED', 'The channel has been closed.'));
    this.#owned.dispose();
  }

  #deliver(packet: Uint8Array, from: string): void {
    this.counters.received++;
    this.counters.receivedBytes += packet.length;
    this.#peers.noteSender(from);
    this.#onDidReceive.fire({ packet, from });
  }

  async #publish(packet: Uint8Array, { reliable, to }: DatagramSendOptions): Promise<void> {
    const local = this.#room.localParticipant;
    if (local === undefined) throw connectionLost();
    const options: LivekitPublishDataOptions = { reliable, topic: wireTopic };
    // LiveKit repeats the list in every packet, so it goes in only when it was asked for.
    if (to !== undefined && to.length > 0) options.destination_identities = [...to];
    await local.publishData(packet, options);
  }

  #stateChanged(state: ChannelState): void {
    if (state === 'closed') this.#queue.close(connectionLost());
  }
}

/** Opens the data channels of a connected room. Several channels over one room see the same packets. */
export function createRoomChannel(room: LivekitRoom, clock: Clock = createSystemClock()): RoomChannel {
  return new RoomChannel(room, clock);
}

function connectionLost(): EloquenceError {
  return new EloquenceError('CONNECTION_LOST', 'The room is not connected.', {
    hint: 'Connect the room, and create the channel after that.',
  });
}
