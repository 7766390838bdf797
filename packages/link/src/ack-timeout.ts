import type { Clock, Disposable } from '@eloquence/plugin-api';

/** Longest and shortest wait between two looks, ms. */
const longestMs = 500;
const shortestMs = 10;

export interface AckTimeoutOptions {
  readonly clock: Clock;
  /** How long an acknowledgement has been owed, ms; 0 if none is. */
  readonly unackedForMs: () => number;
  /** How long it may be owed, ms. */
  readonly limitMs: () => number;
  readonly onDidExpire: (unackedForMs: number) => void;
}

/**
 * Notices that a receiver which owes an acknowledgement keeps silent. Looks when the time can be up at the earliest;
 * while the silence lasts, tells again each time the limit has passed. Holds one timer until disposed.
 */
export class AckTimeout implements Disposable {
  readonly #options: AckTimeoutOptions;
  #timer: Disposable | undefined;
  #isDisposed = false;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: AckTimeoutOptions) {
    this.#options = options;
    this.#arm(options.limitMs());
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#timer?.dispose();
  }

  #arm(delayMs: number): void {
    if (this.#isDisposed) return;
    const waitMs = Math.max(shortestMs, Math.min(longestMs, delayMs));
    this.#timer = this.#options.clock.setTimer(() => this.#look(), waitMs);
  }

  #look(): void {
    const { clock, onDidExpire } = this.#options;
    const unackedForMs = this.#options.unackedForMs();
    const limitMs = this.#options.limitMs();
    const nowMs = clock.nowMs();
    if (unackedForMs > limitMs && nowMs - this.#toldAtMs >= limitMs) {
      this.#toldAtMs = nowMs;
      onDidExpire(unackedForMs);
    }
    this.#arm(unackedForMs > limitMs ? limitMs : limitMs - unackedForMs + 1);
  }
}
