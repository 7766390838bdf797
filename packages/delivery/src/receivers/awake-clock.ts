import type { Clock } from '@eloquence/plugin-api';

/** Longest time between two looks at the clock that counts in full, ms: whoever looks later has slept. */
const longestStepMs = 1500;

/**
 * The time during which this process was awake. A process that was suspended (a breakpoint, a closed lid) heard nobody:
 * that is nobody's silence. While anything is counted on it, it must be looked at every second or so.
 */
export class AwakeClock {
  readonly #clock: Clock;
  #lookedAtMs: number;
  #awakeMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lookedAtMs = clock.nowMs();
  }

  /** Counts from the first use, and stands still while nobody looks for long. */
  nowMs(): number {
    const nowMs = this.#clock.nowMs();
    this.#awakeMs += Math.min(nowMs - this.#lookedAtMs, longestStepMs);
    this.#lookedAtMs = nowMs;
    return this.#awakeMs;
  }
}
