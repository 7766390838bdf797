import type {
  AppliedAdjustment,
  BuiltinProfileId,
  ControlDecision,
  ControlInput,
  ControlPolicy,
  GroupDecision,
  LinkQuality,
  LinkState,
  NamedRule,
  Profile,
  RuleInput,
  RuleMemory,
  StreamSettings,
} from '@eloquence/plugin-api';
import { type LimitedLink, limitLink, RuleMemories } from './apply-limits.js';
import {
  fallTo,
  initialQuality,
  isWorse,
  mayFall,
  mayRise,
  oneAbove,
  type QualityState,
  qualityStateOf,
  riseTo,
  widestLink,
} from './link-quality.js';
import { type Thresholds, thresholdsOf } from './thresholds.js';

/** Where the policy's own memory is kept among those of the rules. */
const ownMemory = 'policy';

/** A quality with what led to it. */
interface Evaluation {
  readonly state: QualityState;
  /** In place of the state's quality, for as long as no more is known. */
  readonly assumed?: LinkQuality;
  readonly rule: string;
  readonly reason: string;
}

/** What a decision is made with, while it is made. */
interface Deciding {
  readonly input: ControlInput;
  readonly rules: readonly NamedRule[];
  readonly memories: RuleMemories;
  readonly thresholds: Thresholds;
  readonly common: Omit<RuleInput, 'memory'>;
}

/**
 * The default policy: rules limit what a link may be taken for, the strictest limit holds, and hysteresis decides when
 * the quality follows, which picks the profile; rules adjust its settings, and decide what is to be probed. With
 * several receivers the one with the best link decides: a bad link must not harm the others. One group for all.
 */
export const adaptivePolicy: ControlPolicy = {
  isDue({ nowMs, decidedAtMs, events, config }) {
    const t = thresholdsOf(config);
    const isUrgent = events.some(
      ({ isAlarm, newLosses, lossPercentBefore, newStalls, source }) =>
        isAlarm ||
        newStalls > 0 ||
        source === 'ack-timeout' ||
        (newLosses > 0 && (source === 'probe' || lossPercentBefore < t.protectionExpectedLossPercent)),
    );
    return isUrgent || nowMs - decidedAtMs >= t.decisionIntervalMs;
  },

  ackTimeout(config) {
    const t = thresholdsOf(config);
    return {
      rttVariations: t.silenceRttVariations,
      unknownMs: t.silenceUnknownMs,
      signalTimeouts: t.silenceSignalTimeouts,
    };
  },

  decide(input, rules) {
    const deciding: Deciding = {
      ...{ input, rules, memories: new RuleMemories(input.memory), thresholds: thresholdsOf(input.config) },
      common: {
        ...{ nowMs: input.nowMs, request: input.request, profiles: input.profiles, config: input.config },
        links: countedLinks(input.links),
      },
    };
    return input.request.phase === 'idle' ? decideIdle(deciding) : decideGroup(deciding);
  },
};

/** Those that have reported, or, while none has, those that are there. */
function countedLinks(links: readonly LinkState[]): readonly LinkState[] {
  const reported = links.filter(({ reports }) => reports > 0);
  return reported.length > 0 ? reported : links;
}

/** Between utterances: nothing is sent, and nothing is asked. */
function decideIdle(deciding: Deciding): ControlDecision {
  const { input, memories, thresholds } = deciding;
  const state = qualityStateOf(memories.of(ownMemory), initialQuality(input.request.scenario), thresholds);
  return withProbes(deciding, state.quality, undefined, input.groups);
}

function decideGroup(deciding: Deciding): ControlDecision {
  const { input, rules, memories, thresholds: t, common } = deciding;
  const own = memories.of(ownMemory);
  const state = qualityStateOf(own, initialQuality(input.request.scenario), t);
  const limitAll = (isRise: boolean): LimitedLink[] =>
    (common.links.length > 0 ? common.links : [undefined]).map((link) =>
      limitLink(
        rules,
        { ...common, link, quality: state.quality, isRise, forecast: link && input.forecasts[link.receiver] },
        memories,
      ),
    );
  const limited = limitAll(false);
  // A link of which only the round trip is known counts where that says something.
  const counted = limited.filter(({ link }) => link === undefined || isKnown(link));
  const links = counted.flatMap(({ link }) => link ?? []);
  const evaluation = evaluate(deciding, state, counted, () =>
    limitAll(true).filter(({ link }) => link === undefined || isKnown(link)),
  );
  const quality = evaluation.assumed ?? evaluation.state.quality;
  const isLong = isLongText(deciding, links, quality, own['isLong'] === true);
  memories.note(ownMemory, memoryOf(evaluation.state, isLong));
  const before = input.groups[0]!;
  const profile = offered(input, profileFor(quality, isLong), limited, before);
  const isLongRule = isLong && profile?.id === 'HIGH_THROUGHPUT' && profile.id !== before.profileId;
  const widest = widestLink(links);
  const { settings, adjustments } = adjust(deciding, profile?.settings ?? before.settings, links, widest);
  const group: GroupDecision = {
    receivers: input.links.map(({ receiver }) => receiver),
    profileId: profile?.id ?? before.profileId,
    settings: withLimits(settings, limited),
    rule: isLongRule ? 'long-text' : evaluation.rule,
    reason: isLongRule
      ? `${(input.request.bufferAheadMs / 1000).toFixed(1)} s ahead of playout in scenario ${input.request.scenario}`
      : evaluation.reason,
    adjustments,
  };
  return withProbes(deciding, evaluation.state.quality, widest, [group]);
}

function isKnown({ reports, isCapacityPresumed }: LinkState): boolean {
  return reports > 0 || isCapacityPresumed === true;
}

function evaluate(
  { input, thresholds: t }: Deciding,
  state: QualityState,
  counted: readonly LimitedLink[],
  limitedForRise: () => readonly LimitedLink[],
): Evaluation {
  const best = bestOf(counted);
  if (best === undefined) return { state, rule: 'unknown-link', reason: 'nothing is known of the link yet' };
  const limit = best.strictest;
  // An assumption is no evidence: the quality, and what it takes to rise again, stay as they are.
  if (limit?.isAssumption === true && limit.quality !== undefined)
    return { state, assumed: limit.quality, rule: limit.rule, reason: limit.reason };
  if (limit?.quality !== undefined && isWorse(limit.quality, state.quality)) {
    const { rule, reason, quality } = limit;
    if (!mayFall(state, input.nowMs, best.link?.smoothedRttMs ?? 0, t))
      return { state, rule: 'just-changed', reason: `changed less than two round trips ago; ${reason}` };
    return { state: fallTo(quality, state, input.nowMs, t), rule, reason };
  }
  if (best.link === undefined)
    return {
      state,
      rule: limit?.rule ?? 'unknown-link',
      reason: limit?.reason ?? 'nothing is known of the link yet',
    };
  return rise(state, bestOf(limitedForRise())!, input.nowMs, t);
}

function rise(state: QualityState, best: LimitedLink, nowMs: number, t: Thresholds): Evaluation {
  const held = best.strictest ?? { rule: 'steady', reason: 'nothing speaks against the best profile' };
  const next = oneAbove(state.quality);
  const isAllowed = best.strictest?.quality === undefined || !isWorse(best.strictest.quality, next);
  if (state.quality === 'good' || !isAllowed) return { state, rule: held.rule, reason: held.reason };
  const link = best.link!;
  if (!mayRise(state, link))
    return { state, rule: 'dwell', reason: 'waits for more evidence before it goes up' };
  const reason = `${link.lossPercent.toFixed(1)} % loss and ${Math.round(link.pdvP95Ms)} ms of jitter allow more`;
  return { state: riseTo(next, state, nowMs, t), rule: 'improved', reason };
}

function bestOf(links: readonly LimitedLink[]): LimitedLink | undefined {
  let best: LimitedLink | undefined;
  for (const candidate of links)
    if (
      best === undefined ||
      isWorse(best.strictest?.quality ?? 'good', candidate.strictest?.quality ?? 'good')
    )
      best = candidate;
  return best;
}

function isLongText(
  { input, thresholds: t }: Deciding,
  links: readonly LinkState[],
  quality: LinkQuality,
  wasLong: boolean,
): boolean {
  if (quality === 'poor') return false;
  if (!links.every(({ lossPercent }) => lossPercent < t.longTextLossPercent)) return false;
  const { scenario, bufferAheadMs } = input.request;
  if (scenario === 'longform') return true;
  // With nothing ahead of playout, an utterance begins.
  return wasLong ? bufferAheadMs > 0 : bufferAheadMs >= t.longTextMs;
}

function profileFor(quality: LinkQuality, isLong: boolean): BuiltinProfileId {
  if (quality === 'poor') return 'EMERGENCY_FALLBACK';
  if (isLong) return 'HIGH_THROUGHPUT';
  return quality === 'good' ? 'ULTRA_PERFORMANCE' : 'BALANCED_OPTIMAL';
}

/** The profile wanted, if it may be chosen; else the one in force, unless its bitrate is too much. */
function offered(
  { profiles }: ControlInput,
  profileId: string,
  limited: readonly LimitedLink[],
  before: GroupDecision,
): Profile | undefined {
  const wanted =
    profiles.find(({ id }) => id === profileId) ?? profiles.find(({ id }) => id === before.profileId);
  const limitBps = Math.max(...limited.map(({ bitrateBps }) => bitrateBps));
  const bitrateOf = ({ settings }: Profile): number => settings.codec.bitrateBps;
  if (wanted === undefined || bitrateOf(wanted) <= limitBps) return wanted;
  const byBitrate = [...profiles].sort((a, b) => bitrateOf(b) - bitrateOf(a));
  return byBitrate.find((profile) => bitrateOf(profile) <= limitBps) ?? byBitrate.at(-1);
}

function adjust(
  { input, rules, memories, common }: Deciding,
  profileSettings: StreamSettings,
  links: readonly LinkState[],
  link: LinkState | undefined,
): { readonly settings: StreamSettings; readonly adjustments: readonly AppliedAdjustment[] } {
  let settings = profileSettings;
  const adjustments: AppliedAdjustment[] = [];
  const { forecasts, events } = input;
  for (const { id, rule } of rules) {
    if (rule.kind !== 'adjustment') continue;
    const memory = memories.of(id);
    const adjustment = rule.adjust({ ...common, links, link, settings, forecasts, events, memory });
    memories.note(id, adjustment?.memory);
    if (adjustment?.settings === undefined) continue;
    settings = adjustment.settings;
    const { reason = '', token } = adjustment;
    adjustments.push({ rule: id, reason, ...(token === undefined ? {} : { token }) });
  }
  return { settings, adjustments };
}

/** The best link's limits of single settings. */
function withLimits(settings: StreamSettings, limited: readonly LimitedLink[]): StreamSettings {
  const maxBufferAheadMs = Math.min(
    settings.maxBufferAheadMs,
    Math.max(...limited.map((link) => link.maxBufferAheadMs)),
  );
  const { playout } = settings;
  const initialBufferMs = Math.max(
    playout.initialBufferMs,
    Math.min(...limited.map((link) => link.initialBufferMs)),
  );
  if (maxBufferAheadMs === settings.maxBufferAheadMs && initialBufferMs === playout.initialBufferMs)
    return settings;
  const rebufferMs = Math.max(playout.rebufferMs, initialBufferMs);
  return { ...settings, maxBufferAheadMs, playout: { initialBufferMs, rebufferMs } };
}

function withProbes(
  { rules, memories, common }: Deciding,
  quality: LinkQuality,
  link: LinkState | undefined,
  groups: readonly GroupDecision[],
): ControlDecision {
  let probes: ControlDecision['probes'];
  for (const { id, rule } of rules) {
    if (rule.kind !== 'probe') continue;
    const opinion = rule.probe({ ...common, link, quality, memory: memories.of(id) });
    memories.note(id, opinion?.memory);
    probes = opinion?.request ?? probes;
  }
  return { groups, ...(probes === undefined ? {} : { probes }), memory: memories.all() };
}

function memoryOf({ quality, changedAtMs, wasRaised, dwellMs }: QualityState, isLong: boolean): RuleMemory {
  return { quality, wasRaised, dwellMs, isLong, ...(changedAtMs === undefined ? {} : { changedAtMs }) };
}
