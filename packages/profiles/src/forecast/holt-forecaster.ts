import type { Forecast, Forecaster, ForecasterFactory, LinkState } from '@eloquence/plugin-api';
import { ResidualQuantiles } from './residual-quantiles.js';
import { stallProbability } from './stall-probability.js';

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

/** How far ahead the growth of a queue is carried on, s. */
const horizonSeconds = 0.2;
const nothing = { p5: 0, p50: 0, p95: 0 } as const;

/**
 * Holt's linear smoothing of the logarithm of the capacity, and of the one-way delay carried on by its Theil–Sen
 * slope; both begin anew when the link has changed. The spread comes from its own latest errors.
 */
export class HoltForecaster implements Forecaster {
  readonly #capacity = new HoltSmoother(0.4, 0.1);
  readonly #discount = new DiscountedCapacity();
  readonly #delay = new HoltSmoother(0.3, 0);
  readonly #errors = new ResidualQuantiles();
  #conditions: LinkState | undefined;
  #reports = 0;
  #wasChanging = false;
  #capacitySeen: number | undefined;
  #expectedMs: number | undefined;

  observe(conditions: LinkState): void {
    this.#noteChange(conditions);
    if (conditions.reports > this.#reports) {
      this.#reports = conditions.reports;
      if (this.#expectedMs !== undefined) this.#errors.add(conditions.deliveryMs - this.#expectedMs);
      this.#delay.add(Math.max(0, conditions.owdVariationMs));
      this.#observeCapacity(conditions.capacityBytesPerSecond);
    }
    this.#conditions = conditions;
    const growthMs = Math.max(0, conditions.owdTrendMsPerSecond) * horizonSeconds;
    this.#expectedMs = conditions.minRttMs / 2 + Math.max(0, this.#delay.level) + growthMs;
  }

  forecast(): Forecast {
    const conditions = this.#conditions;
    if (conditions === undefined || this.#expectedMs === undefined)
      return { deliveryMs: nothing, stallProbability: [0, 0, 0, 0, 0] };
    const expectedMs = this.#expectedMs;
    const [low, middle, high] = this.#errors.at(0.05, 0.5, 0.95);
    const deliveryMs = {
      p5: Math.max(0, expectedMs + low),
      p50: Math.max(0, expectedMs + middle),
      p95: Math.max(0, expectedMs + high),
    };
    const capacity = this.#capacityToCountOn();
    return {
      deliveryMs,
      stallProbability: stallProbability(conditions, deliveryMs, capacity),
      ...(capacity === undefined ? {} : { capacityBytesPerSecond: capacity }),
    };
  }

  #noteChange({ worsening }: LinkState): void {
    const isChanging = worsening.includes('rate') || worsening.length >= 2;
    if (isChanging && !this.#wasChanging) {
      this.#capacity.reset();
      this.#discount.reset();
      this.#delay.reset();
    }
    this.#wasChanging = isChanging;
  }

  #observeCapacity(capacity: number | undefined): void {
    if (capacity === undefined) {
      this.#capacity.reset();
      this.#discount.reset();
    } else if (capacity !== this.#capacitySeen) {
      this.#discount.observe(capacity);
      this.#capacity.add(Math.log(capacity));
      this.#discount.discount(Math.exp(this.#capacity.next));
    }
    this.#capacitySeen = capacity;
  }

  #capacityToCountOn(): number | undefined {
    if (this.#capacitySeen === undefined || !this.#capacity.isKnown) return undefined;
    return Math.min(this.#capacitySeen, this.#discount.discount(Math.exp(this.#capacity.next)));
  }
}

export const holtForecasterFactory: ForecasterFactory = { create: () => new HoltForecaster() };
