import type {
  ControlDecision,
  ControlInput,
  ControlPolicy,
  ControlRule,
  Forecast,
  Forecaster,
  ForecasterFactory,
  LinkState,
  Profile,
  RuleMemory,
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
    pdvP95Ms: isPoor ? 150 : 5,
    lossPercent: isPoor ? 12 : 0,
    lossPackets: 200,
    burstMs: isPoor ? 80 : 0,
    rateP20BytesPerSecond: isPoor ? 2500 : 90_000,
    rateMaxBytesPerSecond: isPoor ? 4000 : 120_000,
    requiredBytesPerSecond: 3200,
    batchBytes: 1000,
    freshBytes: 20_000,
    deliveryMs: isPoor ? 600 : 30,
    bufferAheadMs: isPoor ? 400 : 4000,
    unackedForMs: isPoor ? 1200 : 0,
    stalls: 0,
    stalledMs: 0,
    reportAgeMs: 100,
    isOutage: false,
    worsening: [],
  });
}

function trialProfile(id: string, bitrateBps: number): Profile {
  const settings: Profile['settings'] = {
    codec: { codecId: 'pcm', bitrateBps, frameMs: 20, complexity: 5 },
    batcherId: '',
    batch: { firstMs: 80, maxMs: 340 },
    playout: { initialBufferMs: 80, rebufferMs: 180 },
    maxBufferAheadMs: 15_000,
    window: { cwndGain: 1.25, initialPackets: 16 },
    redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [30] },
    reportIntervalMs: 200,
  };
  return { id, label: id, purpose: 'A trial.', settings };
}

const trialProfiles = [trialProfile('TRIAL_HIGH', 24_000), trialProfile('TRIAL_LOW', 8000)];

function inputAt(index: number, state: Pick<ControlInput, 'groups' | 'memory'>): ControlInput {
  return {
    ...state,
    nowMs: index * reportIntervalMs,
    links: index === 0 ? [] : [conditionsAt(index)],
    events: [],
    forecasts: {},
    profiles: trialProfiles,
    request: {
      ...{ scenario: 'conversation', labels: {}, bufferAheadMs: 1000 },
      phase: index === 0 ? 'start' : 'sending',
    },
    config: {},
  };
}

/** Lets a policy decide for a link that turns poor, and says what it does that it must not. */
export function tryPolicy(policy: ControlPolicy, decide: Guard): string[] {
  const problems = new Set<string>();
  const { id: profileId, settings } = trialProfiles[0]!;
  const start = { receivers: [], profileId, settings, rule: 'trial', reason: 'A trial.', adjustments: [] };
  let state: Pick<ControlInput, 'groups' | 'memory'> = { groups: [start], memory: {} };
  for (let index = 0; index < reports; index++) {
    const input = inputAt(index, state);
    const decision = decide.run<Partial<ControlDecision> | undefined | 'failed'>(
      () => policy.decide(input, []),
      'failed',
    );
    if (decision === 'failed') continue;
    const { groups, memory } = decision ?? {};
    const group = groups?.[0];
    if (typeof group?.rule !== 'string' || typeof group.reason !== 'string' || typeof memory !== 'object')
      problems.add(
        'decide() gives no decision: it has groups with profileId, settings, rule and reason, and a memory',
      );
    else if (!trialProfiles.some(({ id }) => id === group.profileId))
      problems.add(`decide() chooses ${group.profileId}, which is not among the profiles it is given`);
    else state = { groups: groups!, memory };
  }
  return [...problems];
}

/** Asks a rule about a link that turns poor, and says what it does that it must not. */
export function tryRule(rule: ControlRule, ask: Guard): string[] {
  const problems = new Set<string>();
  let memory: RuleMemory = {};
  for (let index = 0; index < reports; index++) {
    const link = conditionsAt(index);
    const { nowMs, request, profiles, config } = inputAt(index, { groups: [], memory: {} });
    const common = { nowMs, request, profiles, config, links: [link], link, memory };
    const quality = 'fair';
    const opinion = ask.run<unknown>(() => {
      switch (rule.kind) {
        case 'limit':
          return rule.limit({ ...common, quality, isRise: index % 2 === 1 });
        case 'adjustment':
          return rule.adjust({ ...common, settings: trialProfiles[0]!.settings, forecasts: {}, events: [] });
        case 'probe':
          return rule.probe({ ...common, quality });
      }
    }, undefined);
    if (opinion === undefined) continue;
    if (typeof opinion !== 'object' || opinion === null) problems.add('gives no object');
    else memory = (opinion as { readonly memory?: RuleMemory }).memory ?? memory;
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
