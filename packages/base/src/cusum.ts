/** Level and spread that a {@link Cusum} judges its samples by. Constant size. */
export interface CusumBaseline {
  /** Whether enough samples were seen to judge others by. */
  readonly isWarm: boolean;
  /** Usual level, in the unit of the samples. */
  readonly level: number;
  /** Standard deviation, in the unit of the samples; never below the least one configured. */
  readonly deviation: number;
  /** Share of the threshold, 0–1, below which the baseline goes on following. */
  readonly followBelow: number;
  /** Takes in a sample before {@link isWarm}. */
  warmUp(value: number): void;
  /** Takes in a sample that was judged. @param excess its distance from the level, in deviations, clipped */
  follow(value: number, excess: number): void;
  /** Begins again at this level. */
  restart(level: number): void;
}

export interface CusumOptions {
  /** Deviations by which a sample must exceed the level to count at all. */
  readonly slack: number;
  /** Accumulated excess, in deviations, above which a change is reported. */
  readonly threshold: number;
  readonly baseline: CusumBaseline;
}

/** A single sample counts for at most this many deviations: an outlier is no change. */
const clip = 3;

/**
 * Detects that a measurement has shifted upwards: one-sided CUSUM (Page 1954) over samples standardised by a baseline.
 * The baseline stops following while an excess accumulates, so that a change is not learnt as normal before it is
 * noticed. After an alarm it restarts at the new level. Constant size.
 */
export class Cusum {
  readonly #slack: number;
  readonly #threshold: number;
  readonly #baseline: CusumBaseline;
  #sum = 0;

  constructor({ slack, threshold, baseline }: CusumOptions) {
    this.#slack = slack;
    this.#threshold = threshold;
    this.#baseline = baseline;
  }

  /** Accumulated excess, in deviations; 0 while all is as usual. */
  get sum(): number {
    return this.#sum;
  }

  /** How far the sum has come towards the threshold, 0–1. */
  get suspicion(): number {
    return Math.min(1, this.#sum / this.#threshold);
  }

  /** Whether this sample, were it added, would raise an alarm. */
  wouldAlarm(value: number): boolean {
    return this.#baseline.isWarm && this.#next(this.#excess(value)) > this.#threshold;
  }

  /** Takes in a sample. True if it raises an alarm. */
  add(value: number): boolean {
    const baseline = this.#baseline;
    if (!baseline.isWarm) {
      baseline.warmUp(value);
      return false;
    }
    const excess = this.#excess(value);
    const sum = this.#next(excess);
    if (sum > this.#threshold) {
      this.restart(value);
      return true;
    }
    this.#sum = sum;
    if (sum / this.#threshold < baseline.followBelow) baseline.follow(value, excess);
    return false;
  }

  /** Forgets the excess, and learns the level afresh from this one. */
  restart(level: number): void {
    this.#sum = 0;
    this.#baseline.restart(level);
  }

  #excess(value: number): number {
    const { level, deviation } = this.#baseline;
    return Math.max(-clip, Math.min(clip, (value - level) / deviation));
  }

  #next(excess: number): number {
    return Math.max(0, this.#sum + excess - this.#slack);
  }
}

const warmUpSamples = 12;

/**
 * Mean and variance: Welford's while warming up, exponentially weighted afterwards. Suits measurements that come a few
 * times a second. A restart forgets the variance as well.
 */
export class VarianceBaseline implements CusumBaseline {
  static readonly #gain = 1 / 32;
  /** If only what is small were learnt, the variance would shrink. */
  readonly followBelow = 0.6;
  readonly #leastDeviation: number;
  #mean = 0;
  #variance = 0;
  #samples = 0;

  /** @param leastDeviation keeps a still link from making noise of nothing, in the unit of the samples */
  constructor(leastDeviation: number) {
    this.#leastDeviation = leastDeviation;
  }

  get isWarm(): boolean {
    return this.#samples >= warmUpSamples;
  }

  get level(): number {
    return this.#mean;
  }

  get deviation(): number {
    return Math.max(this.#leastDeviation, Math.sqrt(this.#variance));
  }

  warmUp(value: number): void {
    this.#samples++;
    const before = value - this.#mean;
    this.#mean += before / this.#samples;
    const squares = this.#variance * Math.max(1, this.#samples - 2) + before * (value - this.#mean);
    this.#variance = this.#samples < 2 ? 0 : squares / (this.#samples - 1);
  }

  follow(_value: number, excess: number): void {
    const difference = excess * this.deviation;
    this.#mean += VarianceBaseline.#gain * difference;
    this.#variance += VarianceBaseline.#gain * (difference * difference - this.#variance);
  }

  restart(level: number): void {
    this.#mean = 0;
    this.#variance = 0;
    this.#samples = 0;
    this.warmUp(level);
  }
}

/**
 * Running mean and mean absolute deviation, which stands outliers better. Suits the arrivals of single packets. A
 * restart keeps the deviation, and learns the new level quickly.
 */
export class AbsoluteDeviationBaseline implements CusumBaseline {
  static readonly #slowest = 1 / 64;
  /** Beyond this many deviations, a sample says no more about the usual deviation. */
  static readonly #outlier = 4;
  readonly followBelow = 0.5;
  readonly #leastDeviation: number;
  #level = 0;
  #deviation: number;
  #samples = 0;
  #deviations = 0;

  /** @param leastDeviation deviations are never taken for less, in the unit of the samples */
  constructor(leastDeviation: number) {
    this.#leastDeviation = leastDeviation;
    this.#deviation = leastDeviation;
  }

  get isWarm(): boolean {
    return this.#samples >= warmUpSamples;
  }

  get level(): number {
    return this.#level;
  }

  get deviation(): number {
    return Math.max(this.#deviation, this.#leastDeviation);
  }

  warmUp(value: number): void {
    this.#learn(value, 1 / ++this.#samples);
  }

  follow(value: number): void {
    this.#learn(value, Math.max(AbsoluteDeviationBaseline.#slowest, 1 / ++this.#samples));
  }

  restart(level: number): void {
    this.#level = level;
    this.#samples = 2;
  }

  #learn(value: number, weight: number): void {
    const error = value - this.#level;
    this.#level += weight * error;
    if (this.#samples < 2) return;
    // Once known, it is not thrown over by the few samples after an alarm.
    const deviationWeight = Math.max(AbsoluteDeviationBaseline.#slowest, 1 / ++this.#deviations);
    // The mean absolute deviation of a normal distribution is 0.8 of its standard deviation.
    const size = Math.min(1.25 * Math.abs(error), AbsoluteDeviationBaseline.#outlier * this.deviation);
    this.#deviation += deviationWeight * (size - this.#deviation);
  }
}
