import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { RecoveryTuning } from './recovery-tuning.js';
import type { RttEstimator } from '../rtt-estimator.js';

/** What is asked when nothing is heard. */
export interface SilentParty {
  readonly clock: Clock;
  readonly rtt: RttEstimator;
  readonly tuning: RecoveryTuning;
  /** How long the answer may take that is owed now, ms; undefined if none is owed. */
  answerExpectedMs(): number | undefined;
  /** How long it has been owed, ms. */
  owedMs(nowMs: number): number;
  /** @returns false if nothing can be sent now */
  ask(): boolean;
}

/** How many questions follow each other closely. */
const frequentQuestions = 24;
/** Longest wait between two questions, ms. */
const longestIntervalMs = 1000;

/**
 * Asks a receiver that should have answered, again and again: often at first, so that speech goes on as soon as a link
 * is back, then at ever longer intervals. This is what finds the loss of everything at the start or the end of an
 * utterance. Holds one timer.
 */
export class ProbeTimer implements Disposable {
  readonly #party: SilentParty;
  #timer: Disposable | undefined;
  #asked = 0;

  constructor(party: SilentParty) {
    this.#party = party;
  }

  get isArmed(): boolean {
    return this.#timer !== undefined;
  }

  /** Nothing was acknowledged for longer than a first question waits. */
  get isSilent(): boolean {
    return this.#asked > 0 || this.#party.owedMs(this.#party.clock.nowMs()) > this.longestWaitMs;
  }

  /** A smoothed round trip that a queue has blown up must not put off the first question by seconds: at most so long, ms. */
  get longestWaitMs(): number {
    return 1.3 * this.#party.rtt.minMs + this.#party.tuning.probeSlackMs;
  }

  /** Asks when the answer that is owed now is overdue. */
  arm(): void {
    this.disarm();
    const expectedMs = this.#party.answerExpectedMs();
    if (expectedMs === undefined) return;
    const waitMs = this.isSilent ? this.#againMs() : Math.min(expectedMs, this.longestWaitMs);
    this.#timer = this.#party.clock.setTimer(() => this.#ask(), waitMs);
  }

  disarm(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  /** There was an answer. */
  answered(): void {
    this.#asked = 0;
  }

  dispose(): void {
    this.disarm();
  }

  #againMs(): number {
    const { rtt, tuning } = this.#party;
    const frequentMs = Math.max(tuning.leastProbeIntervalMs, 0.75 * rtt.minMs);
    const doublings = Math.min(6, Math.max(0, this.#asked - frequentQuestions));
    return Math.min(longestIntervalMs, frequentMs * 2 ** doublings);
  }

  #ask(): void {
    this.#timer = undefined;
    if (this.#party.answerExpectedMs() === undefined) return;
    if (this.#party.ask()) this.#asked++;
    this.arm();
  }
}
