import type { Pace } from './pace.js';

/** Timers of a virtual or real clock may fire this much before their time, by rounding. */
const toleranceMs = 0.01;

/**
 * Absolute schedule of blocks: each is due when the one before it has sounded, however late the timers fire. After
 * a long freeze only the last `maxCatchUpMs` are made up for; the rest is skipped on the schedule, not in the audio.
 */
export class PlayoutClock implements Pace {
  readonly isAhead = false;
  readonly isOpen = true;
  readonly #maxCatchUpMs: number;
  #nextDueMs = 0;
  #slippedMs = 0;

  constructor(maxCatchUpMs = 200) {
    this.#maxCatchUpMs = maxCatchUpMs;
  }

  nextDueMs(): number {
    return this.#nextDueMs;
  }

  get slippedMs(): number {
    return this.#slippedMs;
  }

  start(nowMs: number): void {
    this.#nextDueMs = nowMs;
  }

  isDue(nowMs: number): boolean {
    return this.#nextDueMs <= nowMs + toleranceMs;
  }

  advance(durationMs: number): void {
    this.#nextDueMs += durationMs;
  }

  prepare(nowMs: number): boolean {
    const excessMs = nowMs - this.#nextDueMs - this.#maxCatchUpMs;
    if (excessMs > 0) {
      this.#nextDueMs += excessMs;
      this.#slippedMs += excessMs;
    }
    return true;
  }

  wakeAtMs(): number {
    return this.#nextDueMs;
  }

  /** Blocks leave when they are due: when one is missing, the sink is silent already. */
  dryAtMs(nowMs: number): number {
    return nowMs;
  }

  queuedMs(): number {
    return 0;
  }

  latencyMs(): number {
    return 0;
  }

  finishUtterance(): void {}
}
