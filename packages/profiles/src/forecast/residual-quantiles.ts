const defaultSize = 64;

/**
 * Quantiles of a predictor's latest errors. Added to its next prediction they give an interval that covers as often
 * as it has lately covered, whatever the distribution is (split conformal prediction, Vovk et al. 2005).
 */
export class ResidualQuantiles {
  readonly #errors: Float64Array;
  #count = 0;

  constructor(size = defaultSize) {
    this.#errors = new Float64Array(size);
  }

  get count(): number {
    return Math.min(this.#count, this.#errors.length);
  }

  add(error: number): void {
    this.#errors[this.#count++ % this.#errors.length] = error;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Errors at the given shares, ascending; zeros before the first. The tails are taken outwards. */
  at(low: number, middle: number, high: number): readonly [number, number, number] {
    const { count } = this;
    if (count === 0) return [0, 0, 0];
    const sorted = this.#errors.slice(0, count).sort();
    const pick = (position: number): number => sorted[Math.max(0, Math.min(count - 1, position))]!;
    return [
      pick(Math.floor(low * (count + 1)) - 1),
      pick(Math.ceil(middle * (count + 1)) - 1),
      pick(Math.ceil(high * (count + 1)) - 1),
    ];
  }
}
