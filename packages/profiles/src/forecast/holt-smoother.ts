/** Double exponential smoothing (Holt 1957): a level and a trend. */
export class HoltSmoother {
  #level = 0;
  #trend = 0;
  #samples = 0;

  /**
   * @param levelGain weight of the newest sample in the level, 0–1
   * @param trendGain weight of the newest step in the trend, 0–1; 0 is simple smoothing
   */
  constructor(
    private readonly levelGain: number,
    private readonly trendGain: number,
  ) {}

  get isKnown(): boolean {
    return this.#samples > 0;
  }

  get level(): number {
    return this.#level;
  }

  /** Prediction of the next sample. */
  get next(): number {
    return this.#level + this.#trend;
  }

  add(value: number): void {
    if (this.#samples++ === 0) {
      this.#level = value;
      return;
    }
    const before = this.#level;
    this.#level = this.levelGain * value + (1 - this.levelGain) * this.next;
    this.#trend = this.trendGain * (this.#level - before) + (1 - this.trendGain) * this.#trend;
  }

  reset(): void {
    this.#level = 0;
    this.#trend = 0;
    this.#samples = 0;
  }
}
