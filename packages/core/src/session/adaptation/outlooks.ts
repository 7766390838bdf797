import { type ForecastCalibration, ForecastScore } from '@eloquence/base';
import type { Forecast, LinkState, ReceiverOutlook } from '@eloquence/plugin-api';

/** Makes a forecaster through the plugin's guard; `undefined` if the plugin is out of order. */
export type CreateForecaster = () => GuardedForecaster | undefined;

/** A forecaster whose calls cannot fail. */
export interface GuardedForecaster {
  observe(conditions: LinkState): void;
  forecast(): Forecast | undefined;
}

interface Entry {
  readonly forecaster: GuardedForecaster | undefined;
  forecast: Forecast | undefined;
  reports: number;
}

const maxReceivers = 64;

/** One forecaster for each receiver, and how well they do. */
export class Outlooks {
  readonly #create: CreateForecaster;
  readonly #entries = new Map<string, Entry>();
  readonly #score = new ForecastScore();

  constructor(create: CreateForecaster) {
    this.#create = create;
  }

  /** How well the forecasts of this session were borne out. */
  calibration(): ForecastCalibration {
    return this.#score.calibration();
  }

  endUtterance(): void {
    this.#score.endUtterance();
  }

  /** Shows the conditions to the forecasters, and adds what they say. */
  update(all: readonly LinkState[]): ReceiverOutlook[] {
    this.#forgetAbsent(all);
    return all.map((conditions) => {
      const forecast = this.#updateOne(conditions);
      return forecast === undefined ? { conditions } : { conditions, forecast };
    });
  }

  #updateOne(conditions: LinkState): Forecast | undefined {
    let entry = this.#entries.get(conditions.receiver);
    if (entry === undefined) {
      entry = { forecaster: this.#create(), forecast: undefined, reports: 0 };
      this.#entries.set(conditions.receiver, entry);
    }
    const isReported = conditions.reports > entry.reports;
    if (entry.forecast && isReported) this.#score.recordDelivery(entry.forecast, conditions.deliveryMs);
    entry.reports = conditions.reports;
    this.#score.observeStalls(conditions.stalls, conditions.atMs);
    entry.forecaster?.observe(conditions);
    entry.forecast = entry.forecaster?.forecast();
    // If all that was sent is there, what runs out is the source, or the utterance is at its end.
    if (entry.forecast && conditions.leadMs > 0 && conditions.inFlightBytes !== 0)
      this.#score.recordStallForecast(entry.forecast, conditions.atMs);
    return entry.forecast;
  }

  #forgetAbsent(all: readonly LinkState[]): void {
    if (this.#entries.size < maxReceivers) return;
    const present = new Set(all.map(({ receiver }) => receiver));
    for (const receiver of this.#entries.keys()) if (!present.has(receiver)) this.#entries.delete(receiver);
  }
}
