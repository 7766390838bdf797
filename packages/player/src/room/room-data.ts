import {
  type Clock,
  type Disposable,
  DisposableStore,
  Emitter,
  type PeerChange,
  type ReceivedDatagram,
} from '@eloquence/plugin-api';
import { readSenderTopic, senderTopic, wireTopic } from '@eloquence/wire';
import { listenTo } from './listen-to.js';
import type { PlayerRoom } from './player-room.js';
import { RoomPeers } from './room-peers.js';

/** Payload that fits one SCTP packet with LiveKit's own fields around it, bytes. */
export const maxRoomPacketBytes = 1086;
/** How long packets carry this participant's identity after it has joined, ms: twice the server's batches of news. */
const introductionMs = 6000;

export interface RoomDataCounters {
  received: number;
  receivedBytes: number;
  /** Data of other topics: not ours. */
  otherTopics: number;
  /** Ours by topic, but from a sender that cannot be told, or that claims to be somebody else. */
  unidentified: number;
  sent: number;
  sendFailures: number;
}

/**
 * The data channels of a livekit-client room, for packets of the data lane. The room may be connected before or
 * after, and again after it was lost; it stays the caller's.
 */
export class RoomData implements Disposable {
  readonly counters: RoomDataCounters = {
    received: 0,
    receivedBytes: 0,
    otherTopics: 0,
    unidentified: 0,
    sent: 0,
    sendFailures: 0,
  };
  readonly #room: PlayerRoom;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  readonly #peers: RoomPeers;
  readonly #onDidReceive = this.#owned.add(new Emitter<ReceivedDatagram>());
  readonly #onDidChangeConnection = this.#owned.add(new Emitter<boolean>());
  #introduceUntilMs = 0;
  #isConnected = false;

  readonly onDidReceive = this.#onDidReceive.event;
  readonly onDidChangePeer: (listener: (change: PeerChange) => void) => Disposable;
  /** True when packets can be sent, false when not. */
  readonly onDidChangeConnection = this.#onDidChangeConnection.event;

  constructor(room: PlayerRoom, clock: Clock) {
    this.#room = room;
    this.#clock = clock;
    this.#peers = this.#owned.add(new RoomPeers(room, clock));
    this.onDidChangePeer = this.#peers.onDidChange;
    this.#follow(room.state);
    this.#owned.add(listenTo(room, 'connectionStateChanged', (state) => this.#follow(state)));
    this.#owned.add(
      listenTo(room, 'dataReceived', (payload, participant, _kind, topic) => {
        const marks = readSenderTopic(topic);
        if (marks === undefined) this.counters.otherTopics++;
        else this.#receive(payload, participant?.identity ?? this.#believe(marks.claimed));
      }),
    );
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Sends a packet. False if the room did not take it. */
  async send(
    packet: Uint8Array<ArrayBuffer>,
    isReliable: boolean,
    to: readonly string[] | undefined,
  ): Promise<boolean> {
    const { localParticipant } = this.#room;
    const isIntroducing = this.#clock.nowMs() < this.#introduceUntilMs;
    try {
      await localParticipant.publishData(packet, {
        reliable: isReliable,
        topic: isIntroducing ? senderTopic(localParticipant.identity) : wireTopic,
        // LiveKit repeats the list in every packet, so it goes in only when it was asked for.
        ...(to === undefined ? {} : { destinationIdentities: [...to] }),
      });
      this.counters.sent++;
      return true;
    } catch {
      this.counters.sendFailures++;
      return false;
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #follow(state: string): void {
    const isConnected = state === 'connected';
    if (isConnected) this.#introduceUntilMs = this.#clock.nowMs() + introductionMs;
    if (isConnected === this.#isConnected) return;
    this.#isConnected = isConnected;
    this.#onDidChangeConnection.fire(isConnected);
  }

  /** A claim counts only where the room itself does not know better. */
  #believe(claimed: string | undefined): string | undefined {
    const isTaken =
      claimed === this.#room.localParticipant.identity || this.#room.remoteParticipants.has(claimed ?? '');
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
}
