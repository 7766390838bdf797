/** How a change detector judges its samples. */
export interface ChangeDetectorOptions {
  /** Deviations by which a sample must exceed the usual level to count at all. */
  readonly slack: number;
  /** Accumulated excess, in deviations, above which it alarms. */
  readonly threshold: number;
  /** Deviations are never taken for less than this, in the unit of the samples. */
  readonly leastDeviation: number;
}

/** Samples before the first judgement. */
const warmUp = 12;
/** A single sample counts for at most this many deviations: an outlier is no change. */
const clip = 3;
const slowest = 1 / 64;
/** Beyond this many deviations, a sample says no more about the usual deviation. */
const outlier = 4;

/**
 * One-sided CUSUM (Page 1954) for a change upwards, over residuals against a level and a deviation that it learns
 * itself. It stops learning while an excess accumulates, so that a change does not become its own yardstick; after an
 * alarm it learns the new level quickly. Constant size.
 */
export class ChangeDetector {
  readonly #options: ChangeDetectorOptions;
  #level = 0;
  #deviation: number;
  #samples = 0;
  #deviations = 0;
  #sum = 0;

  constructor(options: ChangeDetectorOptions) {
    this.#options = options;
    this.#deviation = options.leastDeviation;
  }

  /** Accumulated excess, in deviations; 0 while all is as usual. */
  get sum(): number {
    return this.#sum;
  }

  /** The usual level, in the unit of the samples. */
  get level(): number {
    return this.#level;
  }

  /** Whether this sample, were it added, would raise an alarm. */
  wouldAlarm(value: number): boolean {
    return this.#samples >= warmUp && this.#next(value) > this.#options.threshold;
  }

  /** Takes in a sample. True if it raises an alarm; the detector then starts anew from the level of that sample. */
  add(value: number): boolean {
    if (this.#samples < warmUp) {
      this.#learn(value, 1 / ++this.#samples);
      return false;
    }
    const sum = this.#next(value);
    if (sum > this.#options.threshold) {
      this.restart(value);
      return true;
    }
    this.#sum = sum;
    if (sum < this.#options.threshold / 2) this.#learn(value, Math.max(slowest, 1 / ++this.#samples));
    return false;
  }

  /** Learns the level afresh, beginning with this one; what is usual to deviate stays. */
  restart(level: number): void {
    this.#sum = 0;
    this.#level = level;
    this.#samples = 2;
  }

  #next(value: number): number {
    const residual = (value - this.#level) / Math.max(this.#deviation, this.#options.leastDeviation);
    return Math.max(0, this.#sum + Math.max(-clip, Math.min(clip, residual)) - this.#options.slack);
  }

  #learn(value: number, weight: number): void {
    const error = value - this.#level;
    this.#level += weight * error;
    if (this.#samples < 2) return;
    // Once known, it is not thrown over by the few samples after an alarm.
    const deviationWeight = Math.max(slowest, 1 / ++this.#deviations);
    // The mean absolute deviation of a normal distribution is 0.8 of its standard deviation.
    const size = Math.min(
      1.25 * Math.abs(error),
      outlier * Math.max(this.#deviation, this.#options.leastDeviation),
    );
    this.#deviation += deviationWeight * (size - this.#deviation);
  }
}
