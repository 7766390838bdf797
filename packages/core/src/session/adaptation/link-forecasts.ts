import { type ForecastCalibration, ForecastScore } from '@eloquence/base';
import type { Forecast, LinkState } from '@eloquence/plugin-api';

/** Makes a forecaster through the plugin's guard; `undefined` if the plugin is out of order. */
export type CreateForecaster = () => GuardedForecaster | undefined;

/** A forecaster whose calls cannot fail. */
export interface GuardedForecaster {
  observe(link: LinkState): void;
  forecast(): Forecast | undefined;
}

interface Entry {
  readonly forecaster: GuardedForecaster | undefined;
  forecast: Forecast | undefined;
  reports: number;
}

const maxReceivers = 64;

/** One forecaster for each receiver, and how well they do. */
export class LinkForecasts {
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

  /** Shows the links that have reported to the forecasters; gives what they say, by receiver. */
  update(links: readonly LinkState[]): Record<string, Forecast> {
    const reported = links.filter(({ reports }) => reports > 0);
    this.#forgetAbsent(reported);
    const forecasts: Record<string, Forecast> = {};
    for (const link of reported) {
      const forecast = this.#updateOne(link);
      if (forecast !== undefined) forecasts[link.receiver] = forecast;
    }
    return forecasts;
  }

  #updateOne(link: LinkState): Forecast | undefined {
    let entry = this.#entries.get(link.receiver);
    if (entry === undefined) {
      entry = { forecaster: this.#create(), forecast: undefined, reports: 0 };
      this.#entries.set(link.receiver, entry);
    }
    const isReported = link.reports > entry.reports;
    if (entry.forecast && isReported) this.#score.recordDelivery(entry.forecast, link.deliveryMs);
    entry.reports = link.reports;
    this.#score.observeStalls(link.stalls, link.atMs);
    entry.forecaster?.observe(link);
    entry.forecast = entry.forecaster?.forecast();
    // If all that was sent is there, what runs out is the source, or the utterance is at its end.
    if (entry.forecast && link.bufferAheadMs > 0 && link.inFlightBytes !== 0)
      this.#score.recordStallForecast(entry.forecast, link.atMs);
    return entry.forecast;
  }

  #forgetAbsent(links: readonly LinkState[]): void {
    if (this.#entries.size < maxReceivers) return;
    const present = new Set(links.map(({ receiver }) => receiver));
    for (const receiver of this.#entries.keys()) if (!present.has(receiver)) this.#entries.delete(receiver);
  }
}
