import { DisposableStore } from '@eloquence/base';
import {
  type ChannelState,
  type Clock,
  type DatagramChannel,
  type DatagramSendOptions,
  EloquenceError,
  Emitter,
  type ReceivedDatagram,
} from '@eloquence/plugin-api';
import { readSenderTopic, senderTopic, senderTopicExtraBytes, wireTopic } from '@eloquence/wire';
import { PeerDirectory } from './peer-directory.js';
import { type PublishCounters, PublishQueue } from './publish-queue.js';
import { RoomConnection } from './room-connection.js';
import { type RoomPort, type SharedRoom, listenTo } from './room-port.js';

/** Payload that fits one SCTP packet with LiveKit's own fields and the plain topic around it, bytes. */
const maxRoomPacketBytes = 1086;
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

/**
 * The data channels of a room as a {@link DatagramChannel}. Several channels over one room see the same packets. The
 * room stays the caller's: disposing leaves it connected.
 */
export class RoomChannel implements DatagramChannel {
  /** Room for a payload beside the topic that introduces this participant, bytes. */
  readonly maxPacketBytes: number;
  readonly counters: RoomChannelCounters;
  readonly #port: RoomPort;
  readonly #room: SharedRoom;
  readonly #owned = new DisposableStore();
  readonly #connection: RoomConnection;
  readonly #peers: PeerDirectory;
  readonly #queue: PublishQueue;
  readonly #onDidReceive = this.#owned.add(new Emitter<ReceivedDatagram>());
  readonly #onDidChangeState = this.#owned.add(new Emitter<ChannelState>());
  readonly #clock: Clock;
  #introduceUntilMs = 0;

  readonly onDidReceive = this.#onDidReceive.event;
  readonly onDidChangePeer: DatagramChannel['onDidChangePeer'];
  readonly onDidChangeState = this.#onDidChangeState.event;

  constructor(port: RoomPort, clock: Clock) {
    const { room } = port;
    this.#port = port;
    this.#room = room;
    this.#clock = clock;
    const topicBytes = senderTopicExtraBytes(room.localParticipant?.identity ?? '');
    this.maxPacketBytes = Math.max(minRoomPacketBytes, maxRoomPacketBytes - topicBytes);
    this.#queue = new PublishQueue((packet, options) => this.#publish(packet, options));
    this.counters = {
      publish: this.#queue.counters,
      received: 0,
      receivedBytes: 0,
      otherTopics: 0,
      unidentified: 0,
    };
    this.#connection = this.#owned.add(new RoomConnection(port));
    this.#owned.add(this.#connection.onDidChangeState((state) => this.#stateChanged(state)));
    this.#peers = this.#owned.add(new PeerDirectory(room, clock, this.#connection));
    this.onDidChangePeer = this.#peers.onDidChangePeer;
    this.#owned.add(
      listenTo(room, 'dataReceived', (payload, participant, _kind, topic) => {
        const marks = readSenderTopic(topic);
        if (marks === undefined) this.counters.otherTopics++;
        else this.#receive(payload, participant?.identity ?? this.#believe(marks.claimed));
      }),
    );
    this.#stateChanged(this.state);
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
    const { localParticipant } = this.#room;
    if (localParticipant === undefined) throw connectionLost();
    const isIntroducing = this.#clock.nowMs() < this.#introduceUntilMs;
    const topic = isIntroducing ? senderTopic(localParticipant.identity) : wireTopic;
    // LiveKit repeats the list in every packet, so it goes in only when it was asked for.
    const receivers = to === undefined || to.length === 0 ? undefined : [...to];
    await this.#port.publish(packet, { reliable, topic, to: receivers });
  }

  #stateChanged(state: ChannelState): void {
    // The server introduces this participant after each connection, too, but late.
    if (state === 'connected') this.#introduceUntilMs = this.#clock.nowMs() + introductionMs;
    else if (state === 'closed' && this.#port.isReusable) this.#queue.drop(connectionLost());
    else if (state === 'closed') this.#queue.close(connectionLost());
    this.#onDidChangeState.fire(state);
  }
}

function connectionLost(): EloquenceError {
  return new EloquenceError('CONNECTION_LOST', 'The room is not connected.', {
    hint: 'Connect the room, and create the channel after that.',
  });
}
