import type { Clock } from '../base/clock.js';
import type { RandomSource } from '../base/random.js';
import type { LinkState } from './link-state.js';

/** What the next seconds are expected to bring. */
export interface Forecast {
  /** Time until the next batch is delivered, ms: quantiles of its distribution. */
  readonly deliveryMs: { readonly p5: number; readonly p50: number; readonly p95: number };
  /** Probability that playout stalls within 1, 2, 3, 4 and 5 s. */
  readonly stallProbability: readonly [number, number, number, number, number];
  /** Payload per second to count on; absent while no limit of the link has shown. */
  readonly capacityBytesPerSecond?: number;
}

/** Predicts one receiver's link. Deterministic: the same observations give the same forecasts. */
export interface Forecaster {
  /** Takes note of the conditions after a report, or of a missed one. Must be quick: it runs for every report. */
  observe(conditions: LinkState): void;
  /** The forecast as of the latest observation. Called after at least one. */
  forecast(): Forecast;
}

/** Makes the forecasters of a session; contributed at `forecasters`. */
export interface ForecasterFactory {
  /** One forecaster for each receiver. The clock and the random source are the session's: no others may be used. */
  create(services: { readonly clock: Clock; readonly random: RandomSource }): Forecaster;
}
