const initialUncertainty = 100;
const greatestUncertainty = 1e6;

/**
 * Linear regression that learns from one example at a time and slowly forgets (recursive least squares, Plackett
 * 1950). Constant size; the uncertainty is bounded, so that inputs that never vary do no harm.
 */
export class RecursiveLeastSquares {
  readonly #size: number;
  readonly #forgetting: number;
  readonly #weights: Float64Array;
  /** Inverse covariance of the inputs, row by row. */
  readonly #covariance: Float64Array;
  readonly #gain: Float64Array;

  /** @param forgetting 0.9–1: weight that an example keeps with each later one */
  constructor(size: number, forgetting: number) {
    this.#size = size;
    this.#forgetting = forgetting;
    this.#weights = new Float64Array(size);
    this.#covariance = new Float64Array(size * size);
    this.#gain = new Float64Array(size);
    this.#resetCovariance();
  }

  predict(inputs: ArrayLike<number>): number {
    let sum = 0;
    for (let at = 0; at < this.#size; at++) sum += this.#weights[at]! * inputs[at]!;
    return sum;
  }

  /** Learns that these inputs were followed by `target`. */
  learn(inputs: ArrayLike<number>, target: number): void {
    const error = target - this.predict(inputs);
    if (!Number.isFinite(error)) return;
    const scale = this.#computeGain(inputs);
    for (let at = 0; at < this.#size; at++) this.#weights[at]! += (this.#gain[at]! / scale) * error;
    let trace = 0;
    for (let row = 0; row < this.#size; row++) {
      for (let column = 0; column < this.#size; column++) {
        const cell = row * this.#size + column;
        const reduced = this.#covariance[cell]! - (this.#gain[row]! * this.#gain[column]!) / scale;
        this.#covariance[cell] = reduced / this.#forgetting;
      }
      trace += this.#covariance[row * this.#size + row]!;
    }
    if (!(trace > 0 && trace < greatestUncertainty)) this.#resetCovariance();
  }

  /** Covariance times inputs; gives the inputs' variance plus the forgetting factor. */
  #computeGain(inputs: ArrayLike<number>): number {
    let scale = this.#forgetting;
    for (let row = 0; row < this.#size; row++) {
      let sum = 0;
      for (let column = 0; column < this.#size; column++)
        sum += this.#covariance[row * this.#size + column]! * inputs[column]!;
      this.#gain[row] = sum;
      scale += sum * inputs[row]!;
    }
    return scale;
  }

  #resetCovariance(): void {
    this.#covariance.fill(0);
    for (let at = 0; at < this.#size; at++) this.#covariance[at * this.#size + at] = initialUncertainty;
  }
}
