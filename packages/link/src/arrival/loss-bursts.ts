const historySize = 16;
/** Longer runs are outages, which are measured elsewhere, ms. */
const longestMs = 10_000;

/**
 * How long runs of lost packets lasted. Between the packets on either side of a run of `n` lost ones lie `n + 1`
 * spacings of which the run itself takes `n`: a single lost packet counts as one spacing. In the sender's time, so
 * that queues on the way do not matter; runs do not reach across utterances.
 */
export class LossBursts {
  readonly #historyMs: number[] = [];
  #utteranceSequence: number | undefined;
  #position = -1;
  #sendMs = 0;

  /** Mean of the last 16 runs, ms; 0 if there was none. */
  get meanMs(): number {
    const count = this.#historyMs.length;
    return count === 0 ? 0 : this.#historyMs.reduce((sum, ms) => sum + ms, 0) / count;
  }

  /** A packet arrived at its first attempt; `position` and `sendMs` are full counts. */
  add(utteranceSequence: number, position: number, sendMs: number): void {
    const isSame = utteranceSequence === this.#utteranceSequence;
    if (isSame && position <= this.#position) return;
    const lost = position - this.#position - 1;
    if (isSame && lost > 0) {
      const apartMs = sendMs - this.#sendMs;
      if (apartMs >= 0 && apartMs <= longestMs) {
        this.#historyMs.push((apartMs * lost) / (lost + 1));
        if (this.#historyMs.length > historySize) this.#historyMs.shift();
      }
    }
    this.#utteranceSequence = utteranceSequence;
    this.#position = position;
    this.#sendMs = sendMs;
  }
}
