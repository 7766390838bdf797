/** Counts which frames have left a queue, from how much has gone in and how much is still in it. */
export class PlayheadCounter {
  /** Ends of the frames still in the queue, ms from the start of the utterance, in order. */
  readonly #ends: number[] = [];
  #first = 0;
  #played = 0;
  #endMs = 0;

  /** Audio put in so far, ms. */
  get endMs(): number {
    return this.#endMs;
  }

  add(frameMs: number): void {
    this.#endMs += frameMs;
    this.#ends.push(this.#endMs);
  }

  /** Frames whose last sample lies before `playedMs`; never fewer than at an earlier call. */
  playedAt(playedMs: number): number {
    while (this.#first < this.#ends.length && (this.#ends[this.#first] ?? 0) <= playedMs + 1e-6) {
      this.#first++;
      this.#played++;
    }
    if (this.#first > 256) {
      this.#ends.splice(0, this.#first);
      this.#first = 0;
    }
    return this.#played;
  }
}
