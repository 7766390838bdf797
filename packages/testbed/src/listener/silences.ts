import { firstLoudSample } from '../figures/first-audio.js';
import type { HeardSilence } from './heard.js';

/** Pauses between sentences are shorter, ms. */
const SHORTEST_MS = 700;
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
    if (firstLoudSample(samples) !== undefined) this.endAt(atMs);
  }

  /** Something loud is heard from `atMs` on. */
  endAt(atMs: number): void {
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
