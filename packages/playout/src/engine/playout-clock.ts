/** Timers of a virtual or real clock may fire this much before their time, by rounding. */
const toleranceMs = 0.01;

/**
 * Absolute schedule of blocks: each is due when the one before it has sounded, however late the timers fire. After
 * a long freeze only the last `maxCatchUpMs` are made up for; the rest is skipped on the schedule, not in the audio.
 */
export class PlayoutClock {
  readonly #maxCatchUpMs: number;
  #nextDueMs = 0;
  #slippedMs = 0;

  constructor(maxCatchUpMs = 200) {
    this.#maxCatchUpMs = maxCatchUpMs;
  }

  /** When the next block is due. */
  get nextDueMs(): number {
    return this.#nextDueMs;
  }

  /** Time by which the schedule was moved because the process did not run, ms in total. */
  get slippedMs(): number {
    return this.#slippedMs;
  }

  start(nowMs: number): void {
    this.#nextDueMs = nowMs;
  }

  isDue(nowMs: number): boolean {
    return this.#nextDueMs <= nowMs + toleranceMs;
  }

  /** A block of this duration has been handed over. */
  advance(durationMs: number): void {
    this.#nextDueMs += durationMs;
  }

  /** Call before a run of blocks. */
  limitCatchUp(nowMs: number): void {
    const excessMs = nowMs - this.#nextDueMs - this.#maxCatchUpMs;
    if (excessMs <= 0) return;
    this.#nextDueMs += excessMs;
    this.#slippedMs += excessMs;
  }
}
