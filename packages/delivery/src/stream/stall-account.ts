import type { ReportPacket } from '@eloquence/wire';

/** Stalls of playout, apart by cause: the link was late, or the source had given nothing to play. */
export class StallAccount {
  #reportedStalls = 0;
  #reportedMs = 0;
  #isStarved = false;
  #starvations = 0;
  #starvedMs = 0;

  /** Pauses of playout because the source paused, and how long they lasted together, ms. */
  get starvations(): number {
    return this.#starvations;
  }

  get starvedMs(): number {
    return this.#starvedMs;
  }

  /** Pauses of playout because something was late on its way, and how long they lasted together, ms. */
  get stalls(): number {
    return this.#reportedStalls - this.#starvations;
  }

  get stalledMs(): number {
    return this.#reportedMs - this.#starvedMs;
  }

  /** @param isStarved nothing that the source has given was on its way when this was reported */
  note({ stalls, stalledMs }: ReportPacket, isStarved: boolean): void {
    if (stalls > this.#reportedStalls) this.#isStarved = isStarved;
    // A receiver takes a stall back when END shows that there was nothing more to play.
    if (this.#isStarved) {
      this.#starvations = Math.max(0, this.#starvations + stalls - this.#reportedStalls);
      this.#starvedMs = Math.max(0, this.#starvedMs + stalledMs - this.#reportedMs);
    }
    this.#reportedStalls = stalls;
    this.#reportedMs = stalledMs;
  }
}
