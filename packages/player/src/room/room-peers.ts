import {
  type Clock,
  type Disposable,
  DisposableStore,
  Emitter,
  type PeerChange,
} from '@eloquence/plugin-api';
import { listenTo } from './listen-to.js';
import type { PlayerRoom } from './player-room.js';

/** Who sends without having been announced is remembered, up to this many. */
const maxUnannounced = 64;
const unannouncedSilenceMs = 10_000;
/** A departure is believed when the connection has stood for this long after it, ms. */
const departureGraceMs = 250;

/**
 * Who else is in the room. livekit-client tells, before it says that it reconnects, that everybody left; and the
 * server announces participants without tracks late. So departures wait a moment, and who sends a packet is there.
 */
export class RoomPeers implements Disposable {
  readonly #room: PlayerRoom;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  readonly #present = new Set<string>();
  /** Identity and time of the last packet. */
  readonly #unannounced = new Map<string, number>();
  readonly #onDidChange = this.#owned.add(new Emitter<PeerChange>());
  #check: Disposable | undefined;
  #sweep: Disposable | undefined;

  readonly onDidChange = this.#onDidChange.event;

  constructor(room: PlayerRoom, clock: Clock) {
    this.#room = room;
    this.#clock = clock;
    for (const identity of room.remoteParticipants.keys()) this.#present.add(identity);
    this.#owned.add(listenTo(room, 'participantConnected', ({ identity }) => this.#arrive(identity)));
    this.#owned.add(listenTo(room, 'participantDisconnected', () => this.#planCheck()));
    this.#owned.add(listenTo(room, 'connectionStateChanged', () => this.#planCheck()));
  }

  /** A packet of `identity` has arrived. */
  noteSender(identity: string): void {
    if (this.#present.has(identity)) return;
    const isNew = !this.#unannounced.has(identity);
    if (isNew && this.#unannounced.size >= maxUnannounced) return;
    this.#unannounced.set(identity, this.#clock.nowMs());
    if (!isNew) return;
    this.#onDidChange.fire({ identity, isPresent: true });
    this.#planSweep();
  }

  dispose(): void {
    this.#check?.dispose();
    this.#sweep?.dispose();
    this.#owned.dispose();
  }

  #arrive(identity: string): void {
    const wasKnown = this.#unannounced.delete(identity) || this.#present.has(identity);
    this.#present.add(identity);
    // Who comes back under its name may be another run of the same program: it must be told again who listens.
    if (!wasKnown || this.#check !== undefined) this.#onDidChange.fire({ identity, isPresent: true });
  }

  #leave(identity: string): void {
    this.#present.delete(identity);
    this.#unannounced.delete(identity);
    this.#onDidChange.fire({ identity, isPresent: false });
  }

  #planCheck(): void {
    this.#check ??= this.#clock.setTimer(() => {
      this.#check = undefined;
      if (this.#room.state !== 'connected') return;
      for (const identity of [...this.#present])
        if (!this.#room.remoteParticipants.has(identity)) this.#leave(identity);
      for (const identity of this.#room.remoteParticipants.keys())
        if (!this.#present.has(identity)) this.#arrive(identity);
    }, departureGraceMs);
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
