import { DisposableStore } from '@eloquence/base';
import { type Disposable, Emitter, type Event } from '@eloquence/plugin-api';
import { type Continuation, readContinuationName } from '@eloquence/wire';

/** Tracks that are remembered because they have told where they go on, at most. */
const maxKnownTracks = 256;

/** An audio track, as far as its name is concerned. */
export interface NamedTrack {
  /** Identity of the participant that publishes it. */
  readonly sender: string;
  readonly trackId: string;
  readonly name?: string | undefined;
}

/** A sender goes on with an utterance of the data lane over an audio track. */
export interface ContinuationEvent {
  readonly sender: string;
  readonly trackId: string;
  readonly continuation: Continuation;
}

/**
 * Reads the names of audio tracks, which say where they go on with an utterance: what lies before is played from the
 * buffer of the data lane, and nothing is heard twice. Names come with the room's signalling, and so even when no
 * data comes any more.
 */
export class Continuations implements Disposable {
  readonly #accepts: ((identity: string) => boolean) | undefined;
  readonly #owned = new DisposableStore();
  readonly #known = new Set<string>();
  readonly #onDidContinue = this.#owned.add(new Emitter<ContinuationEvent>());

  readonly onDidContinue = this.#onDidContinue.event;

  /**
   * @param tracks fires for each track; the same track may be told several times
   * @param accepts whose tracks count; everybody's if absent
   */
  constructor(tracks: Event<NamedTrack>, accepts?: (identity: string) => boolean) {
    this.#accepts = accepts;
    this.#owned.add(tracks((track) => this.#note(track)));
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #note({ sender, trackId, name }: NamedTrack): void {
    const continuation = readContinuationName(name);
    if (continuation === undefined || this.#accepts?.(sender) === false) return;
    const key = `${trackId}/${name}`;
    if (this.#known.has(key)) return;
    if (this.#known.size >= maxKnownTracks) this.#known.delete(this.#known.keys().next().value!);
    this.#known.add(key);
    this.#onDidContinue.fire({ sender, trackId, continuation });
  }
}
