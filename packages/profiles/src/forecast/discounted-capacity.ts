const errorsKept = 5;

/**
 * Divides a forecast of capacity by one plus the greatest of its recent relative errors, as RobustMPC does (Yin et
 * al. 2015): who was wrong lately, counts on less.
 */
export class DiscountedCapacity {
  readonly #errors: number[] = [];
  #expected: number | undefined;

  /** Compares what was expected with what came. */
  observe(actual: number): void {
    if (this.#expected === undefined || actual <= 0) return;
    // Only what was too hopeful counts.
    this.#errors.push(Math.max(0, this.#expected / actual - 1));
    if (this.#errors.length > errorsKept) this.#errors.shift();
  }

  /** Notes a forecast, and gives what to count on. */
  discount(expected: number): number {
    this.#expected = expected;
    return expected / (1 + Math.max(0, ...this.#errors));
  }

  reset(): void {
    this.#errors.length = 0;
    this.#expected = undefined;
  }
}
