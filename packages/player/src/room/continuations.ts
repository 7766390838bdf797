import { type Disposable, DisposableStore, Emitter } from '@eloquence/plugin-api';
import { type Continuation, readContinuationName } from '@eloquence/wire';
import { listenTo } from './listen-to.js';
import type { PlayerParticipant, PlayerRoom, PlayerTrackPublication } from './player-room.js';

/** Tracks that are remembered because they have told where they go on, at most. */
const maxTold = 256;

/** A sender goes on with an utterance of the data lane over an audio track. */
export interface ContinuationEvent {
  readonly sender: string;
  readonly continuation: Continuation;
}

/**
 * Watches the names of published tracks, which say where they go on with an utterance. They come with the room's
 * signalling, and so even when no data comes any more.
 */
export class Continuations implements Disposable {
  readonly #from: readonly string[] | undefined;
  readonly #owned = new DisposableStore();
  readonly #told = new Set<string>();
  readonly #onDidContinue = this.#owned.add(new Emitter<ContinuationEvent>());

  readonly onDidContinue = this.#onDidContinue.event;

  /** @param from identities to listen to; everybody if absent */
  constructor(room: PlayerRoom, from?: readonly string[]) {
    this.#from = from;
    this.#owned.add(
      listenTo(room, 'trackPublished', (publication, sender) => this.#note(publication, sender)),
    );
    // Of tracks that were there before this participant was, or before it came back, only this is told.
    this.#owned.add(
      listenTo(room, 'trackSubscribed', (_track, publication, sender) => this.#note(publication, sender)),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #note({ trackSid, trackName }: PlayerTrackPublication, { identity }: PlayerParticipant): void {
    const continuation = readContinuationName(trackName);
    if (continuation === undefined || this.#from?.includes(identity) === false) return;
    const key = `${trackSid}/${trackName}`;
    if (this.#told.has(key)) return;
    if (this.#told.size >= maxTold) this.#told.delete(this.#told.keys().next().value!);
    this.#told.add(key);
    this.#onDidContinue.fire({ sender: identity, continuation });
  }
}
