import type { ForecastScore } from '@eloquence/base';
import type { Forecaster, ForecasterFactory, LinkState, PluginDescriptor } from '@eloquence/plugin-api';
import { ownPlugin } from '@eloquence/testbed';

export const RECORDING_FORECASTER = 'recording';

/** A forecaster that forecasts as another does, and writes down all that it is shown. */
export class RecordingForecaster {
  readonly #inner: ForecasterFactory;
  #shown: LinkState[] = [];

  constructor(inner: ForecasterFactory) {
    this.#inner = inner;
  }

  readonly plugin: PluginDescriptor = ownPlugin(
    'bench-recording-forecaster',
    { forecasters: [{ id: RECORDING_FORECASTER }] },
    (context) => void context.forecasters.register(RECORDING_FORECASTER, this.#factory()),
  );

  /** What was shown since this was asked last: an utterance, if it is asked after each. */
  take(): readonly LinkState[] {
    const shown = this.#shown;
    this.#shown = [];
    return shown;
  }

  #factory(): ForecasterFactory {
    return {
      create: (services) => {
        const inner = this.#inner.create(services);
        return {
          observe: (conditions) => {
            this.#shown.push(conditions);
            inner.observe(conditions);
          },
          forecast: () => inner.forecast(),
        };
      },
    };
  }
}

/**
 * Shows a forecaster what was recorded, as a session would have, and adds up how its forecasts were borne out.
 *
 * @param utterances of one session with one receiver, in order
 */
export function replayForecasts(
  forecaster: Forecaster,
  utterances: readonly (readonly LinkState[])[],
  score: ForecastScore,
): void {
  let reports = 0;
  let hasForecast = false;
  for (const shown of utterances) {
    for (const conditions of shown) {
      if (hasForecast && conditions.reports > reports)
        score.recordDelivery(forecaster.forecast(), conditions.deliveryMs);
      reports = conditions.reports;
      score.observeStalls(conditions.stalls, conditions.atMs);
      forecaster.observe(conditions);
      hasForecast = true;
      if (conditions.bufferAheadMs > 0 && conditions.inFlightBytes !== 0)
        score.recordStallForecast(forecaster.forecast(), conditions.atMs);
    }
    score.endUtterance();
  }
}
