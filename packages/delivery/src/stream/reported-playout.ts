import type { ReportPacket } from '@eloquence/wire';

/** The latest report about an utterance, and when it came. */
export interface LastReport {
  readonly report: ReportPacket;
  readonly atMs: number;
}

/**
 * What a receiver says of its playout. Reports can overtake each other, on two channels: one that is behind must not
 * turn playout back.
 */
export class ReportedPlayout {
  #last: LastReport | undefined;
  /** Highest sequence number below which everything was said to have arrived, as a full count. */
  #nextSequence: number;
  #isContradicted = false;

  /** @param nextSequence the first packet that the receiver is sent */
  constructor(nextSequence: number) {
    this.#nextSequence = nextSequence;
  }

  get last(): LastReport | undefined {
    return this.#last;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** The latest report told less than one before it: the receiver denies what it had acknowledged. */
  get isContradicted(): boolean {
    return this.#isContradicted;
  }

  /**
   * @param nextSequence that of the report, as a full count
   * @returns whether the receiver begins to deny with it what it had acknowledged
   */
  take(report: ReportPacket, nextSequence: number, nowMs: number): boolean {
    const wasContradicted = this.#isContradicted;
    if (this.#isOutdated(report, nextSequence)) {
      this.#isContradicted = this.#last?.report.playout !== 'finished';
    } else {
      this.#isContradicted = false;
      this.#last = { report, atMs: nowMs };
    }
    this.#nextSequence = Math.max(this.#nextSequence, nextSequence);
    return this.#isContradicted && !wasContradicted;
  }

  #isOutdated(report: ReportPacket, nextSequence: number): boolean {
    const last = this.#last?.report;
    if (last === undefined) return false;
    if (last.playout === 'finished' && report.playout !== 'finished') return true;
    return nextSequence < this.#nextSequence || report.playheadFrame < last.playheadFrame;
  }
}
