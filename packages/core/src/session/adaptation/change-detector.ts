export interface ChangeDetectorOptions {
  /** Slack in standard deviations: smaller shifts than twice this are not looked for. */
  readonly slack: number;
  /** Sum of the excesses, in standard deviations, that counts as a change. */
  readonly threshold: number;
  /** Least standard deviation, in the unit of the samples: keeps a still link from making noise of nothing. */
  readonly leastDeviation: number;
}

const warmUpSamples = 12;
/** The baseline follows while the suspicion is below this: if only what is small were learnt, it would shrink. */
const followBelow = 0.6;
const baselineGain = 1 / 32;
/** One outlier counts at most as much as this, in standard deviations. */
const clip = 3;

/**
 * Detects that a measurement has shifted upwards: a one-sided CUSUM (Page 1954) over samples standardised by a slow
 * baseline. The baseline follows only while nothing is suspected, so that a change is not learnt as normal before it
 * is noticed; after an alarm it starts anew at the new level.
 */
export class ChangeDetector {
  readonly #options: ChangeDetectorOptions;
  #mean = 0;
  #variance = 0;
  #samples = 0;
  #sum = 0;

  constructor(options: ChangeDetectorOptions) {
    this.#options = options;
  }

  /** How far the sum has come towards the threshold, 0–1. */
  get suspicion(): number {
    return Math.min(1, this.#sum / this.#options.threshold);
  }

  /** Takes a sample; true if it completes the evidence of a change. */
  add(value: number): boolean {
    if (this.#samples < warmUpSamples) {
      this.#warmUp(value);
      return false;
    }
    const { slack, threshold, leastDeviation } = this.#options;
    const deviation = Math.max(leastDeviation, Math.sqrt(this.#variance));
    const excess = Math.max(-clip, Math.min(clip, (value - this.#mean) / deviation));
    this.#sum = Math.max(0, this.#sum + excess - slack);
    if (this.#sum > threshold) {
      this.reset();
      this.#warmUp(value);
      return true;
    }
    if (this.suspicion < followBelow) this.#follow(excess * deviation);
    return false;
  }

  reset(): void {
    this.#mean = 0;
    this.#variance = 0;
    this.#samples = 0;
    this.#sum = 0;
  }

  /** Welford's running mean and variance. */
  #warmUp(value: number): void {
    this.#samples++;
    const before = value - this.#mean;
    this.#mean += before / this.#samples;
    const squares = this.#variance * Math.max(1, this.#samples - 2) + before * (value - this.#mean);
    this.#variance = this.#samples < 2 ? 0 : squares / (this.#samples - 1);
  }

  #follow(difference: number): void {
    this.#mean += baselineGain * difference;
    this.#variance += baselineGain * (difference * difference - this.#variance);
  }
}
