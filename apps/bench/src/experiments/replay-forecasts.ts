import type { ForecastScore } from '@eloquence/base';
import type { Forecaster, LinkState } from '@eloquence/plugin-api';

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
