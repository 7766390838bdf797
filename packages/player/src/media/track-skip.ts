import type { Clock, Disposable } from '@eloquence/plugin-api';

/** Tells how loud an audio track is. */
export interface LevelMeter extends Disposable {
  /** Peak of the last moments, 0–1. */
  read(): number;
}

export interface TrackSkipOptions {
  readonly clock: Clock;
  /** Silent while it is not enabled, wherever it is played. */
  readonly track: { enabled: boolean };
  readonly meter: LevelMeter;
  /** Speech to leave out, from the first sound on, ms. */
  readonly ms: number;
}

/** How often it is looked whether the track sounds, ms. */
const lookMs = 10;
/** A track that does not sound for so long is left alone, ms. */
const longestWaitMs = 10_000;
/** Least level that is no silence, of 1: −40 dBFS. */
const leastLevel = 0.01;

/** Silences an audio track for the first of its speech, which has been heard already. */
export class TrackSkip implements Disposable {
  readonly #options: TrackSkipOptions;
  readonly #sinceMs: number;
  #timer: Disposable | undefined;
  #isOver = false;

  constructor(options: TrackSkipOptions) {
    this.#options = options;
    this.#sinceMs = options.clock.nowMs();
    this.#look();
  }

  dispose(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.dispose();
    this.#options.meter.dispose();
    this.#options.track.enabled = true;
  }

  #look(): void {
    const { clock, track, meter, ms } = this.#options;
    const isLoud = meter.read() >= leastLevel;
    if (isLoud) track.enabled = false;
    if (isLoud) this.#timer = clock.setTimer(() => this.dispose(), ms);
    else if (clock.nowMs() - this.#sinceMs > longestWaitMs) this.dispose();
    else this.#timer = clock.setTimer(() => this.#look(), lookMs);
  }
}
