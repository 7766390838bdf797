import { ForecastScore, createSeededRandom } from '@eloquence/base';
import type { Forecaster, LinkState } from '@eloquence/plugin-api';
import { describeForecaster } from '@eloquence/plugin-contracts';
import { describe, expect, it } from 'vitest';
import { HoltForecaster, holtForecasterFactory, HoltSmoother } from './holt-forecaster.js';
import {
  OnlineRegressionForecaster,
  onlineRegressionForecasterFactory,
  RecursiveLeastSquares,
} from './online-regression-forecaster.js';
import { ResidualQuantiles } from './residual-quantiles.js';

describeForecaster({ describe, it }, { name: 'holt', createFactory: () => holtForecasterFactory });
describeForecaster(
  { describe, it },
  { name: 'online-regression', createFactory: () => onlineRegressionForecasterFactory },
);

/** Reports of a link whose queueing delay wanders, and where a share of the deliveries needs a repeat. */
function* trace(count: number, seed: number, lossShare: number): Generator<LinkState> {
  const random = createSeededRandom(seed);
  let level = 20;
  for (let at = 0; at < count; at++) {
    level = Math.max(1, level + 4 * (random.next() - 0.5));
    const owdVariationMs = level + -8 * Math.log(1 - random.next());
    const isLost = random.next() < lossShare;
    yield {
      receiver: 'ear',
      attributes: {},
      atMs: 200 * at,
      reports: at + 1,
      smoothedRttMs: 80,
      rttVariationMs: 8,
      minRttMs: 70,
      owdVariationMs,
      isQueueing: false,
      owdTrendMsPerSecond: 0,
      pdvP95Ms: level + 24,
      lossPercent: 100 * lossShare,
      lossPackets: 200,
      burstMs: 0,
      rateP20BytesPerSecond: 10_000,
      rateMaxBytesPerSecond: 12_000,
      requiredBytesPerSecond: 3000,
      batchBytes: 1000,
      freshBytes: 0,
      deliveryMs: 35 + owdVariationMs + (isLost ? 80 : 0),
      bufferAheadMs: 3000,
      stalls: 0,
      stalledMs: 0,
      reportAgeMs: 0,
      isOutage: false,
      unackedForMs: 100,
      worsening: [],
    };
  }
}

const forecasters: readonly (readonly [string, () => Forecaster])[] = [
  ['holt', () => new HoltForecaster()],
  ['online-regression', () => new OnlineRegressionForecaster()],
];

describe.each(forecasters)('forecaster %s', (_, create) => {
  it.each([0, 0.04, 0.2])('covers 90 %% of the deliveries, ± 4, with %f of them repeated', (lossShare) => {
    const score = new ForecastScore();
    for (let seed = 1; seed <= 4; seed++) {
      const forecaster = create();
      let count = 0;
      for (const conditions of trace(500, seed, lossShare)) {
        if (count++ > 20) score.recordDelivery(forecaster.forecast(), conditions.deliveryMs);
        forecaster.observe(conditions);
      }
    }
    const { coveragePercent, deliveries } = score.calibration();
    expect(deliveries).toBeGreaterThan(1500);
    expect(Math.abs(coveragePercent - 90)).toBeLessThan(4);
  });

  it('sees a stall coming when the link is silent for longer than the lead lasts', () => {
    const [first] = trace(1, 1, 0);
    const probabilities = [4000, 900, 100].map((bufferAheadMs) => {
      const forecaster = create();
      for (const conditions of trace(60, 1, 0)) forecaster.observe(conditions);
      forecaster.observe({
        ...first!,
        atMs: 12_500,
        reports: 60,
        bufferAheadMs,
        isOutage: true,
        unackedForMs: 600,
      });
      return forecaster.forecast().stallProbability[0];
    });
    expect(probabilities[0]).toBeLessThan(0.05);
    expect(probabilities[1]).toBeGreaterThan(probabilities[0]!);
    expect(probabilities[2]).toBeGreaterThan(0.8);
  });

  it('expects nothing before its time where a lane tells negative figures', () => {
    const forecaster = create();
    const wrong = { smoothedRttMs: -61_000, minRttMs: -61_000, owdVariationMs: -32_768, deliveryMs: -30_500 };
    for (const conditions of trace(20, 1, 0)) {
      forecaster.observe(conditions.reports % 3 === 0 ? { ...conditions, ...wrong } : conditions);
      const { deliveryMs, stallProbability } = forecaster.forecast();
      for (const figure of [...Object.values(deliveryMs), ...stallProbability])
        expect(figure).toBeGreaterThanOrEqual(0);
    }
  });

  it('sees a stall coming on a link slower than the audio', () => {
    const forecaster = create();
    for (const conditions of trace(60, 1, 0))
      forecaster.observe({ ...conditions, capacityBytesPerSecond: 2000, bufferAheadMs: 1200 });
    const probability = forecaster.forecast().stallProbability;
    expect(probability[0]).toBeLessThan(0.2);
    expect(probability[4]).toBeGreaterThan(0.8);
  });
});

describe('the parts of forecasters', () => {
  it('HoltSmoother carries a trend on', () => {
    const smoother = new HoltSmoother(0.4, 0.3);
    for (let at = 0; at < 80; at++) smoother.add(5 + 2 * at);
    expect(smoother.next).toBeCloseTo(5 + 2 * 80, 1);
  });

  it('RecursiveLeastSquares finds the weights of a plane, and survives inputs that never vary', () => {
    const random = createSeededRandom(3);
    const model = new RecursiveLeastSquares(3, 0.995);
    for (let at = 0; at < 500; at++) {
      const inputs = [1, random.next(), random.next()];
      model.learn(inputs, 2 + 3 * inputs[1]! - 4 * inputs[2]!);
    }
    expect(model.predict([1, 0.5, 0.25])).toBeCloseTo(2.5, 2);
    for (let at = 0; at < 20_000; at++) model.learn([1, 0, 0], 2);
    model.learn([1, Number.NaN, 0], 2);
    expect(model.predict([1, 0, 0])).toBeCloseTo(2, 3);
  });

  it('ResidualQuantiles takes the tails outwards and forgets the oldest', () => {
    const errors = new ResidualQuantiles(20);
    expect(errors.at(0.05, 0.5, 0.95)).toEqual([0, 0, 0]);
    for (let error = -1000; error < 0; error++) errors.add(error);
    for (let error = 1; error <= 20; error++) errors.add(error);
    expect(errors.at(0.05, 0.5, 0.95)).toEqual([1, 11, 20]);
  });
});
