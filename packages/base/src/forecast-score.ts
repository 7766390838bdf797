import type { Forecast } from '@eloquence/plugin-api';

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
  #stalls = 0;
  /** When the latest stalls of this utterance were noticed. */
  readonly #stallTimesMs: number[] = [];

  /** Judges the interval of the forecast that was made before this delivery was seen. */
  recordDelivery(forecast: Forecast, observedMs: number): void {
    const { p5, p95 } = forecast.deliveryMs;
    this.#deliveries++;
    this.#widthMs += p95 - p5;
    if (observedMs >= p5 && observedMs <= p95) this.#covered++;
  }

  /** Takes a forecast of stalls to be judged later. */
  recordStallForecast(forecast: Forecast, atMs: number): void {
    const last = this.#open.at(-1);
    if (last !== undefined && atMs - last.atMs < leastSpacingMs) return;
    this.#open.push({ atMs, probabilities: forecast.stallProbability, judged: 0 });
    if (this.#open.length > maxOpen) this.#open.shift();
  }

  /** Tells how many stalls the utterance has had by now; judges the forecasts whose horizons have passed. */
  observeStalls(stalls: number, nowMs: number): void {
    if (stalls > this.#stalls) {
      this.#stallTimesMs.push(nowMs);
      if (this.#stallTimesMs.length > maxOpen) this.#stallTimesMs.shift();
    }
    this.#stalls = stalls;
    this.#judge(nowMs);
  }

  /** The utterance is over: it will not stall any more, and what was forecast of it can be judged. */
  endUtterance(): void {
    this.#judge(Number.POSITIVE_INFINITY);
    this.#stallTimesMs.length = 0;
    this.#stalls = 0;
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

  #judge(nowMs: number): void {
    for (const open of this.#open) {
      while (open.judged < horizons && nowMs - open.atMs >= 1000 * (open.judged + 1)) {
        const horizon = open.judged++;
        const untilMs = open.atMs + 1000 * (horizon + 1);
        const hasStalled = this.#stallTimesMs.some((atMs) => atMs > open.atMs && atMs <= untilMs);
        const outcome = hasStalled ? 1 : 0;
        this.#squaredError[horizon]! += (open.probabilities[horizon]! - outcome) ** 2;
        this.#judged[horizon]!++;
        if (horizon === horizons - 1) this.#stalled += outcome;
      }
    }
    while (this.#open[0] !== undefined && this.#open[0].judged >= horizons) this.#open.shift();
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
