import type { Forecast, Forecaster, ForecasterFactory, LinkState } from '@eloquence/plugin-api';
import { DiscountedCapacity } from './discounted-capacity.js';
import { HoltSmoother } from './holt-smoother.js';
import { ResidualQuantiles } from './residual-quantiles.js';
import { stallProbability } from './stall-probability.js';

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
