/** A time in which nothing was heard. */
export interface HeardSilence {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Pauses between sentences are shorter, ms. */
const SHORTEST_MS = 700;
/** As loud as this is sound: about −36 dBFS. */
const LOUD = 500;
const MAX_SILENCES = 1024;

/** Notes when nothing was heard, whichever lane was to be heard. */
export class Silences {
  #loudAtMs: number | undefined;
  #found: HeardSilence[] = [];

  begin(): void {
    this.#loudAtMs = undefined;
    this.#found = [];
  }

  hear(samples: Int16Array, atMs: number): void {
    if (!samples.some((sample) => Math.abs(sample) >= LOUD)) return;
    const fromMs = this.#loudAtMs;
    this.#loudAtMs = atMs;
    if (fromMs === undefined || atMs - fromMs < SHORTEST_MS || this.#found.length >= MAX_SILENCES) return;
    this.#found.push({ fromMs, toMs: atMs });
  }

  /** Those between sounds, in their order. */
  list(): readonly HeardSilence[] {
    return this.#found;
  }
}
