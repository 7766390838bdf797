import { describe, expect, it } from 'vitest';
import { ForecastScore } from './forecast-score.js';
import type { Forecast } from '@eloquence/plugin-api';

function forecast(probability: number, p5 = 10, p95 = 20): Forecast {
  const stallProbability = [probability, probability, probability, probability, probability] as const;
  return { deliveryMs: { p5, p50: 15, p95 }, stallProbability };
}

describe('ForecastScore', () => {
  it('counts how often the interval covered what came', () => {
    const score = new ForecastScore();
    for (const observedMs of [9, 10, 15, 20, 21]) score.recordDelivery(forecast(0), observedMs);
    expect(score.calibration()).toMatchObject({ deliveries: 5, coveragePercent: 60, meanWidthMs: 10 });
  });

  it('is 0 for a prophet, 0.25 for a coin and 1 for who is always wrong', () => {
    const brierOf = (beforeStall: number, otherwise: number): number => {
      const score = new ForecastScore();
      let stalls = 0;
      for (let round = 0; round < 20; round++) {
        const atMs = 10_000 * round;
        const willStall = round % 2 === 0;
        score.recordStallForecast(forecast(willStall ? beforeStall : otherwise), atMs);
        if (willStall) stalls++;
        score.observeStalls(stalls, atMs + 500);
        score.observeStalls(stalls, atMs + 6000);
      }
      const { brier, stallForecasts, stallPercent } = score.calibration();
      expect([stallForecasts, stallPercent, new Set(brier).size]).toEqual([20, 50, 1]);
      return brier[0]!;
    };
    expect([brierOf(1, 0), brierOf(0.5, 0.5), brierOf(0, 1)]).toEqual([0, 0.25, 1]);
  });

  it('judges each horizon by the stalls within it, and the rest at the end of the utterance', () => {
    const score = new ForecastScore();
    score.recordStallForecast(forecast(1), 0);
    score.recordStallForecast(forecast(0), 100);
    score.observeStalls(0, 1500);
    score.observeStalls(1, 2500);
    expect(score.calibration().brier).toEqual([1, 1, 0, 0, 0]);
    score.endUtterance();
    expect(score.calibration()).toMatchObject({
      stallForecasts: 1,
      stallPercent: 100,
      brier: [1, 1, 0, 0, 0],
    });
    score.observeStalls(0, 9000);
    score.recordStallForecast(forecast(0), 9000);
    score.endUtterance();
    expect(score.calibration()).toMatchObject({ stallForecasts: 2, stallPercent: 50 });
  });
});
