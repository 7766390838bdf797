import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { PlayerAudioTrack } from '../room/player-room.js';

/** How often it is looked whether the track sounds, ms. */
const lookMs = 10;
/** A track that does not sound for so long is left alone, ms. */
const longestWaitMs = 5000;
/** Least level that is no silence, of 1: −40 dBFS. */
const leastLevel = 0.01;

export interface TrackSkipOptions {
  readonly clock: Clock;
  readonly track: PlayerAudioTrack;
  readonly element: HTMLMediaElement;
  /** Speech to leave out, from the first sound on, ms. */
  readonly ms: number;
}

/** Mutes an audio element for the first of the speech on its track, which has been heard already. */
export class TrackSkip implements Disposable {
  readonly #options: TrackSkipOptions;
  readonly #sinceMs: number;
  #soundsSinceMs: number | undefined;
  #timer: Disposable | undefined;

  constructor(options: TrackSkipOptions) {
    this.#options = options;
    this.#sinceMs = options.clock.nowMs();
    options.element.muted = true;
    this.#look();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#options.element.muted = false;
  }

  #look(): void {
    const { clock, track, ms } = this.#options;
    const nowMs = clock.nowMs();
    if (levelOf(track) >= leastLevel) this.#soundsSinceMs ??= nowMs;
    const endMs =
      this.#soundsSinceMs === undefined ? this.#sinceMs + longestWaitMs : this.#soundsSinceMs + ms;
    if (nowMs >= endMs) this.dispose();
    else this.#timer = clock.setTimer(() => this.#look(), Math.min(lookMs, endMs - nowMs));
  }
}

/** Level of what the browser plays of a track at present, 0–1. */
function levelOf({ receiver }: PlayerAudioTrack): number {
  const sources = receiver?.getSynchronizationSources() ?? [];
  return Math.max(0, ...sources.map(({ audioLevel = 0 }) => audioLevel));
}
