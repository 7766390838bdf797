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
  #nextSequence = 0;
  /** Since when all reports have told less than those before them; undefined while they do not. */
  #contradictedSinceMs: number | undefined;

  get last(): LastReport | undefined {
    return this.#last;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  get isContradicted(): boolean {
    return this.#contradictedSinceMs !== undefined;
  }

  /** How long the receiver has denied what it had acknowledged before, ms; 0 if it does not. */
  contradictedMs(nowMs: number): number {
    return this.#contradictedSinceMs === undefined ? 0 : nowMs - this.#contradictedSinceMs;
  }

  /** @param nextSequence that of the report, as a full count */
  take(report: ReportPacket, nextSequence: number, nowMs: number): void {
    if (this.#isOutdated(report, nextSequence)) {
      if (this.#last?.report.playout !== 'finished') this.#contradictedSinceMs ??= nowMs;
    } else {
      this.#contradictedSinceMs = undefined;
      this.#last = { report, atMs: nowMs };
    }
    this.#nextSequence = Math.max(this.#nextSequence, nextSequence);
  }

  #isOutdated(report: ReportPacket, nextSequence: number): boolean {
    const last = this.#last?.report;
    if (last === undefined) return false;
    if (last.playout === 'finished' && report.playout !== 'finished') return true;
    return nextSequence < this.#nextSequence || report.playheadFrame < last.playheadFrame;
  }
}
