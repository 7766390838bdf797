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
import { readSenderTopic, senderTopic, senderTopicExtraBytes, wireTopic } from '@eloquence/wire';
import type { LivekitPublishDataOptions, LivekitRoom } from './livekit-room.js';
import { PeerDirectory } from './peer-directory.js';
import { type PublishCounters, PublishQueue } from './publish-queue.js';
import { RoomConnection } from './room-connection.js';
import { listenTo } from './room-listeners.js';

/** Payload that fits one SCTP packet with LiveKit's own fields and the plain topic around it, bytes. */
export const maxRoomPacketBytes = 1086;
/** Long identities do not make packets smaller than this; they may be split instead. */
const minRoomPacketBytes = 900;
/** How long packets carry the sender's identity after it has joined, ms: twice the time that servers batch news. */
const introductionMs = 6000;

export interface RoomChannelCounters {
  readonly publish: Readonly<PublishCounters>;
  received: number;
  receivedBytes: number;
  /** Data of other topics: not ours. */
  otherTopics: number;
  /** Ours by topic, but from a sender that cannot be told, or that claims to be somebody else. */
  unidentified: number;
}

/** The room's data channels as a {@link DatagramChannel}. The room stays the caller's: disposing leaves it open. */
export class RoomChannel implements DatagramChannel {
  readonly maxPacketBytes: number;
  readonly counters: RoomChannelCounters;
  readonly #room: LivekitRoom;
  readonly #owned = new DisposableStore();
  readonly #connection: RoomConnection;
  readonly #peers: PeerDirectory;
  readonly #queue: PublishQueue;
  readonly #onDidReceive = this.#owned.add(new Emitter<ReceivedDatagram>());
  readonly #clock: Clock;
  readonly #introduction: string;
  #introduceUntilMs: number;

  readonly onDidReceive = this.#onDidReceive.event;
  readonly onDidChangePeer: DatagramChannel['onDidChangePeer'];
  readonly onDidChangeState: DatagramChannel['onDidChangeState'];

  constructor(room: LivekitRoom, clock: Clock) {
    this.#room = room;
    this.#clock = clock;
    const identity = room.localParticipant?.identity ?? '';
    this.#introduction = senderTopic(identity);
    this.maxPacketBytes = Math.max(minRoomPacketBytes, maxRoomPacketBytes - senderTopicExtraBytes(identity));
    this.#introduceUntilMs = clock.nowMs() + introductionMs;
    this.#queue = new PublishQueue((packet, options) => this.#publish(packet, options));
    this.counters = {
      publish: this.#queue.counters,
      received: 0,
      receivedBytes: 0,
      otherTopics: 0,
      unidentified: 0,
    };
    this.#connection = this.#owned.add(new RoomConnection(room));
    this.#peers = this.#owned.add(new PeerDirectory(room, clock, this.#connection));
    this.onDidChangePeer = this.#peers.onDidChangePeer;
    this.onDidChangeState = this.#connection.onDidChangeState;
    this.#owned.add(this.onDidChangeState((state) => this.#stateChanged(state)));
    this.#owned.add(
      listenTo(room, 'dataReceived', (payload, participant, _kind, topic) => {
        const marks = readSenderTopic(topic);
        if (marks === undefined) this.counters.otherTopics++;
        else this.#receive(payload, participant?.identity ?? this.#believe(marks.claimed));
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

  /** A claim counts only where the room itself does not know better. */
  #believe(claimed: string | undefined): string | undefined {
    const isTaken =
      claimed === this.#room.localParticipant?.identity || this.#room.remoteParticipants.has(claimed ?? '');
    return claimed === '' || isTaken ? undefined : claimed;
  }

  #receive(packet: Uint8Array, from: string | undefined): void {
    if (from === undefined) {
      this.counters.unidentified++;
      return;
    }
    this.counters.received++;
    this.counters.receivedBytes += packet.length;
    this.#peers.noteSender(from);
    this.#onDidReceive.fire({ packet, from });
  }

  async #publish(packet: Uint8Array, { reliable, to }: DatagramSendOptions): Promise<void> {
    const local = this.#room.localParticipant;
    if (local === undefined) throw connectionLost();
    const topic = this.#clock.nowMs() < this.#introduceUntilMs ? this.#introduction : wireTopic;
    const options: LivekitPublishDataOptions = { reliable, topic };
    // LiveKit repeats the list in every packet, so it goes in only when it was asked for.
    if (to !== undefined && to.length > 0) options.destination_identities = [...to];
    await local.publishData(packet, options);
  }

  #stateChanged(state: ChannelState): void {
    if (state === 'closed') this.#queue.close(connectionLost());
    // After a full reconnect the server introduces this participant anew.
    else if (state === 'connected') this.#introduceUntilMs = this.#clock.nowMs() + introductionMs;
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
