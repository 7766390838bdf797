import { DisposableStore } from '@eloquence/base';
import { type Clock, type Disposable, Emitter, type PeerChange } from '@eloquence/plugin-api';
import type { RoomConnection } from './room-connection.js';
import { type RoomParticipant, type SharedRoom, listenTo } from './room-port.js';

/** Peers known by their packets alone; more than these are not remembered. */
const maxUnannounced = 64;
/** A peer that the server has not announced is taken as gone after this silence, ms. */
const unannouncedSilenceMs = 10_000;

/** Departures count after this time, ms: an SDK that connects anew tells them just before it says that it does. */
const departureGraceMs = 250;

/**
 * Who else is in the room. The server announces participants without tracks up to 3 s late; who sends a packet
 * before that counts as present from then on.
 *
 * When an SDK connects anew it first reports everybody as gone, whether or not they are. So a departure counts only
 * if the participant stays away while the connection is up.
 *
 * An arrival is news if the participant was not known, if that very participant was reported gone a moment ago, or if
 * it comes with another session: it then has connected anew or is another run, and must be greeted again. What
 * happened to others, or to this end's own connection, does not make an arrival news.
 */
export class PeerDirectory implements Disposable {
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  readonly #room: SharedRoom;
  readonly #connection: RoomConnection;
  /** Identity and session. */
  readonly #announced = new Map<string, string | undefined>();
  /** Identity and time of the last packet. */
  readonly #unannounced = new Map<string, number>();
  readonly #departures = new Map<string, Disposable>();
  #sweep: Disposable | undefined;
  readonly #onDidChangePeer = this.#owned.add(new Emitter<PeerChange>());

  readonly onDidChangePeer = this.#onDidChangePeer.event;

  constructor(room: SharedRoom, clock: Clock, connection: RoomConnection) {
    this.#room = room;
    this.#clock = clock;
    this.#connection = connection;
    for (const { identity, sid } of room.remoteParticipants.values()) this.#announced.set(identity, sid);
    this.#owned.add(listenTo(room, 'participantConnected', (participant) => this.#arrive(participant)));
    this.#owned.add(listenTo(room, 'participantDisconnected', ({ identity }) => this.#departed(identity)));
    this.#owned.add(
      connection.onDidChangeState((state) => {
        if (state === 'connected') this.#reconcile();
      }),
    );
  }

  get count(): number {
    return this.#announced.size + this.#unannounced.size;
  }

  /** A packet of `identity` has arrived. */
  noteSender(identity: string): void {
    if (this.#announced.has(identity)) return;
    const isNew = !this.#unannounced.has(identity);
    if (isNew && this.#unannounced.size >= maxUnannounced) return;
    this.#unannounced.set(identity, this.#clock.nowMs());
    if (!isNew) return;
    this.#onDidChangePeer.fire({ identity, isPresent: true });
    this.#planSweep();
  }

  dispose(): void {
    this.#sweep?.dispose();
    for (const timer of this.#departures.values()) timer.dispose();
    this.#departures.clear();
    this.#owned.dispose();
  }

  #arrive({ identity, sid }: RoomParticipant): void {
    const hasJustLeft = this.#departures.has(identity);
    this.#stay(identity);
    const wasAnnounced = this.#announced.has(identity);
    const isSameSession = wasAnnounced && this.#announced.get(identity) === sid;
    const wasHeard = this.#unannounced.delete(identity) && !wasAnnounced;
    this.#announced.set(identity, sid);
    if (hasJustLeft || !(isSameSession || wasHeard))
      this.#onDidChangePeer.fire({ identity, isPresent: true });
  }

  #departed(identity: string): void {
    this.#stay(identity);
    const timer = this.#clock.setTimer(() => {
      this.#departures.delete(identity);
      if (this.#connection.state === 'connected' && !this.#room.remoteParticipants.has(identity))
        this.#leave(identity);
    }, departureGraceMs);
    this.#departures.set(identity, timer);
  }

  #stay(identity: string): void {
    this.#departures.get(identity)?.dispose();
    this.#departures.delete(identity);
  }

  /** Catches up with who left and who came while the connection was away. */
  #reconcile(): void {
    const present = this.#room.remoteParticipants;
    for (const identity of [...this.#announced.keys()]) if (!present.has(identity)) this.#leave(identity);
    for (const participant of present.values()) {
      const { identity, sid } = participant;
      if (!this.#announced.has(identity) || this.#announced.get(identity) !== sid) this.#arrive(participant);
    }
  }

  #leave(identity: string): void {
    const wasUnannounced = this.#unannounced.delete(identity);
    if (this.#announced.delete(identity) || wasUnannounced)
      this.#onDidChangePeer.fire({ identity, isPresent: false });
  }

  #planSweep(): void {
    this.#sweep ??= this.#clock.setTimer(() => {
      this.#sweep = undefined;
      const limitMs = this.#clock.nowMs() - unannouncedSilenceMs;
      for (const [identity, atMs] of [...this.#unannounced]) if (atMs <= limitMs) this.#leave(identity);
      if (this.#unannounced.size > 0) this.#planSweep();
    }, unannouncedSilenceMs);
  }
}
