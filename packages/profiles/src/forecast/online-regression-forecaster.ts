import type { Forecast, Forecaster, ForecasterFactory, LinkState } from '@eloquence/plugin-api';
import { ResidualQuantiles } from './residual-quantiles.js';
import { stallProbability } from './stall-probability.js';

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

const featureCount = 6;
const forgetting = 0.99;
/** Gain of the smoothed delay among the features. */
const smoothing = 0.2;
/** Share of the known capacity that is counted on. */
const safety = 0.9;

/**
 * Learns, report by report, how long the next delivery takes from what is known of the link: a regression of the
 * logarithm of the delay beyond the least on the latest and the smoothed delay, its growth, the jitter and the loss.
 */
export class OnlineRegressionForecaster implements Forecaster {
  readonly #model = new RecursiveLeastSquares(featureCount, forgetting);
  readonly #errors = new ResidualQuantiles();
  readonly #features = new Float64Array(featureCount);
  #conditions: LinkState | undefined;
  #reports = 0;
  #smoothedMs: number | undefined;
  #expected: number | undefined;

  observe(conditions: LinkState): void {
    if (conditions.reports > this.#reports) {
      this.#reports = conditions.reports;
      const target = logDelay(conditions.deliveryMs, conditions);
      if (this.#expected !== undefined) {
        this.#errors.add(target - this.#expected);
        this.#model.learn(this.#features, target);
      }
      const delayMs = Math.max(0, conditions.owdVariationMs);
      this.#smoothedMs =
        this.#smoothedMs === undefined
          ? delayMs
          : this.#smoothedMs + smoothing * (delayMs - this.#smoothedMs);
    }
    this.#conditions = conditions;
    this.#fillFeatures(conditions);
    this.#expected = this.#model.predict(this.#features);
  }

  forecast(): Forecast {
    const conditions = this.#conditions;
    if (conditions === undefined || this.#expected === undefined)
      return { deliveryMs: { p5: 0, p50: 0, p95: 0 }, stallProbability: [0, 0, 0, 0, 0] };
    const [low, middle, high] = this.#errors.at(0.05, 0.5, 0.95);
    const deliveryMs = {
      p5: delayOf(this.#expected + low, conditions),
      p50: delayOf(this.#expected + middle, conditions),
      p95: delayOf(this.#expected + high, conditions),
    };
    const known = conditions.capacityBytesPerSecond;
    const capacity = known === undefined ? undefined : safety * known;
    return {
      deliveryMs,
      stallProbability: stallProbability(conditions, deliveryMs, capacity),
      ...(capacity === undefined ? {} : { capacityBytesPerSecond: capacity }),
    };
  }

  #fillFeatures(conditions: LinkState): void {
    const { owdVariationMs, owdTrendMsPerSecond, pdvP95Ms, lossPercent } = conditions;
    const features = this.#features;
    features[0] = 1;
    features[1] = Math.log1p(Math.max(0, owdVariationMs));
    features[2] = Math.log1p(this.#smoothedMs ?? 0);
    features[3] = Math.max(-5, Math.min(5, owdTrendMsPerSecond / 100));
    features[4] = Math.log1p(pdvP95Ms);
    features[5] = lossPercent / 10;
  }
}

function logDelay(deliveryMs: number, { minRttMs }: LinkState): number {
  return Math.log1p(Math.max(0, deliveryMs - minRttMs / 2));
}

/** Back from the logarithm; bounded, because a model that has seen little may say anything. */
function delayOf(logarithm: number, { minRttMs }: LinkState): number {
  return Math.max(0, minRttMs / 2) + Math.expm1(Math.max(0, Math.min(12, logarithm)));
}

export const onlineRegressionForecasterFactory: ForecasterFactory = {
  create: () => new OnlineRegressionForecaster(),
};
