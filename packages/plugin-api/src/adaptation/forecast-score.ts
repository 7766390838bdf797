import type { Forecast } from './forecaster.js';

/** How well forecasts were borne out. */
export interface ForecastCalibration {
  /** Delivery times that were forecast and observed, and how many of them lay within p5–p95: 90 % is right. */
  readonly deliveries: number;
  readonly coveragePercent: number;
  /** Mean width of the interval p5–p95, ms: of two forecasters that cover alike, the narrower is the better. */
  readonly meanWidthMs: number;
  /** Forecasts of stalls that were judged at the horizon of 5 s. */
  readonly stallForecasts: number;
  /** Mean squared error of the probability (Brier 1950) at the horizons 1–5 s: 0 is perfect, 0.25 is knowing nothing. */
  readonly brier: readonly number[];
  /** Share of the forecasts, %, that were followed by a stall within 5 s: what the scores must be read against. */
  readonly stallPercent: number;
}

interface OpenForecast {
  readonly atMs: number;
  readonly probabilities: readonly number[];
  readonly stalls: number;
  judged: number;
}

const horizons = 5;
const maxOpen = 64;
/** Forecasts of stalls closer together than this say the same thing twice, ms. */
const leastSpacingMs = 200;

/** Compares forecasts with what came. Bounded. */
export class ForecastScore {
  readonly #open: OpenForecast[] = [];
  readonly #squaredError = new Float64Array(horizons);
  readonly #judged = new Float64Array(horizons);
  #deliveries = 0;
  #covered = 0;
  #widthMs = 0;
  #stalled = 0;

  /** Judges the interval of the forecast that was made before this delivery was seen. */
  recordDelivery(forecast: Forecast, observedMs: number): void {
    const { p5, p95 } = forecast.deliveryMs;
    this.#deliveries++;
    this.#widthMs += p95 - p5;
    if (observedMs >= p5 && observedMs <= p95) this.#covered++;
  }

  /**
   * Takes a forecast of stalls to be judged later.
   *
   * @param stalls stalls of the utterance so far
   */
  recordStallForecast(forecast: Forecast, stalls: number, atMs: number): void {
    const last = this.#open.at(-1);
    if (last !== undefined && atMs - last.atMs < leastSpacingMs) return;
    this.#open.push({ atMs, probabilities: forecast.stallProbability, stalls, judged: 0 });
    if (this.#open.length > maxOpen) this.#open.shift();
  }

  /** Tells how many stalls there have been by now; judges the forecasts whose horizons have passed. */
  observeStalls(stalls: number, nowMs: number): void {
    for (const open of this.#open) {
      while (open.judged < horizons && nowMs - open.atMs >= 1000 * (open.judged + 1)) {
        const horizon = open.judged++;
        const outcome = stalls > open.stalls ? 1 : 0;
        this.#squaredError[horizon]! += (open.probabilities[horizon]! - outcome) ** 2;
        this.#judged[horizon]!++;
        if (horizon === horizons - 1) this.#stalled += outcome;
      }
    }
    while (this.#open[0] !== undefined && this.#open[0].judged >= horizons) this.#open.shift();
  }

  /** The utterance is over: what has not been judged never will be. */
  endUtterance(): void {
    this.#open.length = 0;
  }

  calibration(): ForecastCalibration {
    const stallForecasts = this.#judged[horizons - 1]!;
    return {
      deliveries: this.#deliveries,
      coveragePercent: share(100 * this.#covered, this.#deliveries),
      meanWidthMs: share(this.#widthMs, this.#deliveries),
      stallForecasts,
      brier: [...this.#squaredError].map((sum, at) => share(sum, this.#judged[at]!)),
      stallPercent: share(100 * this.#stalled, stallForecasts),
    };
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
