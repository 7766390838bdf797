import type { ForecasterFactory, LinkState, PluginDescriptor } from '@eloquence/plugin-api';
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
