import type { Forecast, ForecasterFactory, LinkState, PluginDescriptor } from '@eloquence/plugin-api';
import { holtForecasterFactory } from '@eloquence/profiles';
import { demoPlugin } from './demo-plugin.js';

export const FORECAST_TAP_PLUGIN = '@eloquence/demo-forecast-tap';
/** Id of the forecaster. */
export const TAPPED_FORECASTER = 'holt-shown';

export type OnForecast = (conditions: LinkState, forecast: Forecast) => void;

/** The default forecaster, which also shows what it sees and expects: the page draws it. */
export function forecastTapPlugin(onForecast: OnForecast): PluginDescriptor {
  return demoPlugin(
    FORECAST_TAP_PLUGIN,
    { forecasters: [{ id: TAPPED_FORECASTER }] },
    ({ forecasters, subscriptions }) => {
      subscriptions.add(forecasters.register(TAPPED_FORECASTER, tapForecaster(onForecast)));
    },
  );
}

function tapForecaster(onForecast: OnForecast): ForecasterFactory {
  return {
    create(services) {
      const forecaster = holtForecasterFactory.create(services);
      let latest: LinkState | undefined;
      return {
        observe(conditions) {
          latest = conditions;
          forecaster.observe(conditions);
        },
        forecast() {
          const forecast = forecaster.forecast();
          if (latest !== undefined) onForecast(latest, forecast);
          return forecast;
        },
      };
    },
  };
}
