import type { Clock, Disposable, LaneUtterance } from '@eloquence/plugin-api';

/** Longest and shortest wait between two looks, ms. */
const longestMs = 500;
const shortestMs = 10;

export interface MissedAcknowledgementOptions {
  readonly clock: Clock;
  readonly lane: LaneUtterance;
  /** How long an acknowledgement may be owed, ms. */
  readonly limitMs: () => number;
  readonly onDidMiss: (owedMs: number) => void;
}

/**
 * Notices that a receiver which owes an acknowledgement keeps silent. Looks when the time can be up at the earliest;
 * while the silence lasts, tells again each time the limit has passed.
 */
export class MissedAcknowledgement implements Disposable {
  readonly #options: MissedAcknowledgementOptions;
  #timer: Disposable | undefined;
  #isDisposed = false;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: MissedAcknowledgementOptions) {
    this.#options = options;
    if (options.lane.owedMs !== undefined) this.#arm(options.limitMs());
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
    const { clock, lane, onDidMiss } = this.#options;
    const owedMs = lane.owedMs ?? 0;
    const limitMs = this.#options.limitMs();
    const nowMs = clock.nowMs();
    if (owedMs > limitMs && nowMs - this.#toldAtMs >= limitMs) {
      this.#toldAtMs = nowMs;
      onDidMiss(owedMs);
    }
    this.#arm(owedMs > limitMs ? limitMs : limitMs - owedMs + 1);
  }
}
