import type {
  Forecast,
  Forecaster,
  ForecasterFactory,
  LinkState,
  ProfileSelector,
  Selection,
  SelectionInput,
} from '@eloquence/plugin-api';
import { createSeededRandom } from '@eloquence/base';
import type { Clock } from '@eloquence/plugin-api';
import type { Guard } from '@eloquence/core';

const reports = 40;
const reportIntervalMs = 200;

/** A link that is good at first and poor later. */
function conditionsAt(index: number): LinkState {
  const isPoor = index >= reports / 2;
  return Object.freeze({
    receiver: 'listener',
    attributes: {},
    atMs: index * reportIntervalMs,
    reports: index + 1,
    smoothedRttMs: isPoor ? 400 : 40,
    rttVariationMs: isPoor ? 120 : 4,
    minRttMs: 36,
    owdVariationMs: isPoor ? 60 : 2,
    isQueueing: false,
    owdTrendMsPerSecond: isPoor ? 20 : 0,
    jitterP95Ms: isPoor ? 150 : 5,
    lossPercent: isPoor ? 12 : 0,
    lossPackets: 200,
    burstMs: isPoor ? 80 : 0,
    rateP20BytesPerSecond: isPoor ? 2500 : 90_000,
    rateMaxBytesPerSecond: isPoor ? 4000 : 120_000,
    requiredBytesPerSecond: 3200,
    batchBytes: 1000,
    freshBytes: 20_000,
    deliveryMs: isPoor ? 600 : 30,
    leadMs: isPoor ? 400 : 4000,
    owedMs: isPoor ? 1200 : 0,
    stalls: 0,
    stalledMs: 0,
    reportAgeMs: 100,
    isOutage: false,
    worsening: [],
  });
}

/** Lets a selector choose for a link that turns poor, and says what it does that it must not. */
export function trySelector(selector: ProfileSelector, select: Guard): string[] {
  const problems = new Set<string>();
  const profiles = Object.freeze([
    Object.freeze({ id: 'TRIAL_HIGH', bitrateBps: 24_000 }),
    Object.freeze({ id: 'TRIAL_LOW', bitrateBps: 8000 }),
  ]);
  let [currentProfileId, memory]: [string, SelectionInput['memory']] = ['TRIAL_HIGH', Object.freeze({})];
  for (let index = 0; index < reports; index++) {
    const input: SelectionInput = Object.freeze({
      atMs: index * reportIntervalMs,
      scenario: 'conversation',
      currentProfileId,
      profiles,
      receivers: Object.freeze(index === 0 ? [] : [Object.freeze({ conditions: conditionsAt(index) })]),
      leadMs: 1000,
      memory,
    });
    const selection = select.run<Partial<Selection> | undefined | 'failed'>(
      () => selector.select(input),
      'failed',
    );
    if (selection === 'failed') continue;
    const { profileId, rule, reason } = selection ?? {};
    if (typeof rule !== 'string' || typeof reason !== 'string' || typeof selection?.memory !== 'object')
      problems.add('select() gives no selection: it has a profileId, a rule, a reason and a memory');
    else if (!profiles.some(({ id }) => id === profileId))
      problems.add(`select() chooses ${String(profileId)}, which is not among the profiles it is given`);
    else [currentProfileId, memory] = [String(profileId), Object.freeze({ ...selection.memory })];
  }
  return [...problems];
}

export interface ForecasterTrialGuards {
  readonly create: Guard;
  readonly observe: Guard;
  readonly forecast: Guard;
}

/** Lets a forecaster watch a link that turns poor, and says what it does that it must not. */
export function tryForecaster(
  factory: ForecasterFactory,
  guards: ForecasterTrialGuards,
  clock: Clock,
): string[] {
  const forecaster = guards.create.run<Forecaster | undefined>(
    () => factory.create({ clock, random: createSeededRandom(1) }),
    undefined,
  );
  if (forecaster === undefined) return [];
  const problems = new Set<string>();
  for (let index = 0; index < reports; index++) {
    guards.observe.run(() => forecaster.observe(conditionsAt(index)), undefined);
    const forecast = guards.forecast.run<Partial<Forecast> | undefined | 'failed'>(
      () => forecaster.forecast(),
      'failed',
    );
    if (forecast === 'failed') continue;
    const { deliveryMs, stallProbability } = forecast ?? {};
    const figures: readonly unknown[] = [
      deliveryMs?.p5,
      deliveryMs?.p50,
      deliveryMs?.p95,
      ...(Array.isArray(stallProbability) && stallProbability.length === 5 ? stallProbability : [undefined]),
    ];
    if (!figures.every((figure) => typeof figure === 'number' && figure >= 0 && figure < Infinity))
      problems.add('forecast() gives no forecast: deliveryMs (p5, p50, p95) and five stall probabilities');
  }
  return [...problems];
}
