/** What is loud, and for how long it must be quiet until speech counts as over. */
export interface LoudnessOptions {
  /** Least magnitude of a loud sample, 0–32 767; default 328 (−40 dBFS). */
  readonly threshold?: number;
  /** Quiet time after which speech has ended, ms; longer than the pauses in it; default 1000. */
  readonly quietMs?: number;
}

export type LoudnessChange =
  | { readonly kind: 'started'; readonly atMs: number }
  /** `atMs` is the time of the last loud sample, and lies in the past. */
  | { readonly kind: 'ended'; readonly atMs: number; readonly startedAtMs: number };

/** Finds the first and the last loud sample of each piece of speech in a steady flow of blocks. */
export class LoudnessDetector {
  readonly #threshold: number;
  readonly #quietMs: number;
  #startedAtMs: number | undefined;
  #lastLoudAtMs = 0;

  constructor({ threshold = 328, quietMs = 1000 }: LoudnessOptions = {}) {
    this.#threshold = threshold;
    this.#quietMs = quietMs;
  }

  /** Speech has started and not ended. */
  get isSpeaking(): boolean {
    return this.#startedAtMs !== undefined;
  }

  /** @param atMs when the first sample of the block is heard */
  push(samples: Int16Array, sampleRateHz: number, atMs: number): LoudnessChange | undefined {
    const last = this.#findLast(samples);
    if (last < 0) return this.#quiet(atMs + (samples.length * 1000) / sampleRateHz);
    this.#lastLoudAtMs = atMs + (last * 1000) / sampleRateHz;
    if (this.#startedAtMs !== undefined) return undefined;
    this.#startedAtMs = atMs + (this.#findFirst(samples) * 1000) / sampleRateHz;
    return { kind: 'started', atMs: this.#startedAtMs };
  }

  /** Nothing follows: ends speech that is going on. */
  finish(): LoudnessChange | undefined {
    return this.#quiet(Infinity);
  }

  #quiet(nowMs: number): LoudnessChange | undefined {
    if (this.#startedAtMs === undefined || nowMs - this.#lastLoudAtMs < this.#quietMs) return undefined;
    const change = { kind: 'ended', atMs: this.#lastLoudAtMs, startedAtMs: this.#startedAtMs } as const;
    this.#startedAtMs = undefined;
    return change;
  }

  #findFirst(samples: Int16Array): number {
    return samples.findIndex((sample) => Math.abs(sample) >= this.#threshold);
  }

  #findLast(samples: Int16Array): number {
    for (let at = samples.length - 1; at >= 0; at--)
      if (Math.abs(samples[at] ?? 0) >= this.#threshold) return at;
    return -1;
  }
}
