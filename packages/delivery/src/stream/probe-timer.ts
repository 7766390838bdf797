import type { RttEstimator } from '@eloquence/link';
import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { RecoveryTuning } from './recovery-tuning.js';

export interface ProbeTimerOptions {
  readonly clock: Clock;
  readonly rtt: RttEstimator;
  readonly tuning: RecoveryTuning;
  /** The acknowledgement that was expected is overdue. The timer is no longer armed. */
  readonly onDidExpire: () => void;
}

/** How many probes follow each other closely. */
const frequentProbes = 24;
/** Longest wait between two probes, ms. */
const longestIntervalMs = 1000;

/**
 * The probe timer of RFC 9002 (PTO): expires when an acknowledgement is overdue, often at first, so that speech goes on
 * as soon as a link is back, then at ever longer intervals. This is what finds the loss of everything at the start or
 * the end of an utterance. Holds one timer.
 */
export class ProbeTimer implements Disposable {
  readonly #options: ProbeTimerOptions;
  #timer: Disposable | undefined;
  /** Probes since the last acknowledgement. */
  #probes = 0;

  constructor(options: ProbeTimerOptions) {
    this.#options = options;
  }

  get isArmed(): boolean {
    return this.#timer !== undefined;
  }

  /** Longest wait for a first probe, ms: a smoothed round trip that a queue has blown up must not put it off by seconds. */
  get longestWaitMs(): number {
    return 1.3 * this.#options.rtt.minMs + this.#options.tuning.probeSlackMs;
  }

  /** Whether nothing was acknowledged for longer than a first probe waits. */
  isSilent(unackedForMs: number): boolean {
    return this.#probes > 0 || unackedForMs > this.longestWaitMs;
  }

  /**
   * Begins to wait anew.
   *
   * @param expectedMs how long the acknowledgement that is due now may take; undefined: none is due, so none is waited for
   * @param unackedForMs how long it has been due
   */
  arm(expectedMs: number | undefined, unackedForMs: number): void {
    this.disarm();
    if (expectedMs === undefined) return;
    const waitMs = this.isSilent(unackedForMs)
      ? this.#intervalMs()
      : Math.min(expectedMs, this.longestWaitMs);
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      this.#options.onDidExpire();
    }, waitMs);
  }

  disarm(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  /** A probe was sent. */
  noteProbe(): void {
    this.#probes++;
  }

  /** Something was acknowledged. */
  noteAcknowledgement(): void {
    this.#probes = 0;
  }

  dispose(): void {
    this.disarm();
  }

  #intervalMs(): number {
    const { rtt, tuning } = this.#options;
    const frequentMs = Math.max(tuning.leastProbeIntervalMs, 0.75 * rtt.minMs);
    const doublings = Math.min(6, Math.max(0, this.#probes - frequentProbes));
    return Math.min(longestIntervalMs, frequentMs * 2 ** doublings);
  }
}
