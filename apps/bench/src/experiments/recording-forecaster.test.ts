import { ForecastScore } from '@eloquence/base';
import type { Forecaster, LinkState } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { replayForecasts } from './recording-forecaster.js';

const shown = (atMs: number, reports: number, deliveryMs: number, stalls: number): LinkState =>
  ({ atMs, reports, deliveryMs, stalls, bufferAheadMs: 500, inFlightBytes: 100 }) as LinkState;

const always: Forecaster = {
  observe: () => undefined,
  forecast: () => ({
    deliveryMs: { p5: 10, p50: 20, p95: 30 },
    stallProbability: [0.5, 0.5, 0.5, 0.5, 0.5],
  }),
};

describe('replayForecasts', () => {
  it('judges each delivery by the forecast before it, and stalls by the utterance in which they were', () => {
    const score = new ForecastScore();
    const first = [
      shown(0, 1, 99, 0),
      shown(300, 2, 20, 0),
      // The same report again: nothing new was delivered.
      shown(400, 2, 99, 0),
      shown(600, 3, 31, 1),
    ];
    replayForecasts(always, [first, [shown(9000, 4, 15, 0)]], score);
    const { deliveries, coveragePercent, stallForecasts, stallPercent, brier } = score.calibration();
    expect(deliveries).toBe(3);
    expect(coveragePercent).toBeCloseTo(200 / 3, 6);
    expect(stallForecasts).toBe(4);
    // Those of the first utterance at 0 and 300 ms were followed by its stall.
    expect(stallPercent).toBe(50);
    expect(brier[4]).toBe(0.25);
  });
});
