import type {
  BuiltinProfileId,
  ProfileSelector,
  ReceiverOutlook,
  Selection,
  SelectionInput,
} from '@eloquence/plugin-api';
import { type Ceiling, FAR_LINK, type Standards, lowestCeiling } from './ceilings.js';
import { type VerdictState, fallTo, mayFall, mayRise, riseTo, stateFrom } from './hysteresis.js';
import { type LinkVerdict, isWorse, oneAbove } from './link-verdict.js';
import { biasOf } from './scenario-bias.js';

/** Lead from which a text counts as long, to its end, ms. */
const longLeadMs = 8000;
/** Loss above which long texts need the copies that their profile leaves out, %. */
const longLossPercent = 1.5;

/** A verdict with what led to it. */
interface Judgement {
  readonly state: VerdictState;
  /** In place of the state's verdict, for as long as no more is known. */
  readonly presumed?: LinkVerdict;
  readonly rule: string;
  readonly reason: string;
  readonly priority: number;
}

/**
 * The default selector: rules put ceilings over what a link is good for, the lowest one holds, and hysteresis decides
 * when the verdict follows. With several receivers the one with the best link decides: a bad link must not harm the
 * others.
 */
export const ruleSelector: ProfileSelector = {
  select(input) {
    if (input.pinnedProfileId !== undefined) return pinned(input, input.pinnedProfileId);
    const judgement = judge(input);
    const verdict = judgement.presumed ?? judgement.state.verdict;
    const isLong = isLongText(input, verdict);
    const profileId = offered(input, profileFor(verdict, isLong));
    const isSame = profileId === input.currentProfileId;
    const isLongRule = isLong && profileId === 'HIGH_THROUGHPUT' && !isSame;
    return {
      profileId,
      priority: isSame ? 0 : Math.max(1, judgement.priority),
      rule: isLongRule ? 'long-text' : judgement.rule,
      reason: isLongRule
        ? `${(input.leadMs / 1000).toFixed(1)} s of lead in scenario ${input.scenario}`
        : judgement.reason,
      memory: { ...memoryOf(judgement.state), isLong },
    };
  },
};

function pinned(input: SelectionInput, profileId: string): Selection {
  return { profileId, priority: 3, rule: 'pinned', reason: 'The caller asked for it.', memory: input.memory };
}

function judge(input: SelectionInput): Judgement {
  const bias = biasOf(input.scenario);
  const state = stateFrom(input.memory, bias.initial);
  const outlooks = input.receivers.filter(
    ({ conditions }) => conditions.reports > 0 || conditions.isCapacityPresumed === true,
  );
  if (outlooks.length === 0)
    return { state, rule: 'unknown-link', reason: 'nothing is known of the link yet', priority: 0 };

  const standards = (isStrict: boolean): Standards => ({
    current: state.verdict,
    isStrict,
    tolerance: bias.tolerance,
    fairBitrateBps: bitrateOf(input, 'BALANCED_OPTIMAL', 24_000),
    goodBitrateBps: bitrateOf(input, 'ULTRA_PERFORMANCE', 32_000),
  });
  const best = bestOf(outlooks, standards(false));
  // A presumption is no evidence: the verdict, and what it takes to rise again, stay as they are.
  if (best.ceiling?.rule === FAR_LINK)
    return {
      state,
      presumed: best.ceiling.verdict,
      rule: FAR_LINK,
      reason: best.ceiling.reason,
      priority: 2,
    };
  if (best.ceiling !== undefined && isWorse(best.ceiling.verdict, state.verdict))
    return fall(state, best.ceiling, best.outlook, input.atMs);
  return rise(state, bestOf(outlooks, standards(true)), input.atMs);
}

function fall(state: VerdictState, ceiling: Ceiling, outlook: ReceiverOutlook, nowMs: number): Judgement {
  const { rule, reason, verdict } = ceiling;
  if (!mayFall(state, nowMs, outlook.conditions.smoothedRttMs))
    return {
      state,
      rule: 'just-changed',
      reason: `changed less than two round trips ago; ${reason}`,
      priority: 0,
    };
  return { state: fallTo(verdict, state, nowMs), rule, reason, priority: verdict === 'poor' ? 3 : 2 };
}

function rise(state: VerdictState, best: Judged, nowMs: number): Judgement {
  const { ceiling, outlook } = best;
  const held = ceiling ?? { rule: 'steady', reason: 'nothing speaks against the best profile' };
  const next = oneAbove(state.verdict);
  const isAllowed = ceiling === undefined || !isWorse(ceiling.verdict, next);
  if (state.verdict === 'good' || !isAllowed)
    return { state, rule: held.rule, reason: held.reason, priority: 0 };
  if (!mayRise(state, outlook.conditions))
    return { state, rule: 'dwell', reason: 'waits for more evidence before it goes up', priority: 0 };
  const { lossPercent, jitterP95Ms } = outlook.conditions;
  const reason = `${lossPercent.toFixed(1)} % loss and ${Math.round(jitterP95Ms)} ms of jitter allow more`;
  return { state: riseTo(next, state, nowMs), rule: 'improved', reason, priority: 1 };
}

interface Judged {
  readonly outlook: ReceiverOutlook;
  readonly ceiling: Ceiling | undefined;
}

function bestOf(outlooks: readonly ReceiverOutlook[], standards: Standards): Judged {
  let best: Judged | undefined;
  for (const outlook of outlooks) {
    const judged: Judged = { outlook, ceiling: lowestCeiling(outlook, standards) };
    if (best === undefined || isWorse(best.ceiling?.verdict ?? 'good', judged.ceiling?.verdict ?? 'good'))
      best = judged;
  }
  return best!;
}

function isLongText(input: SelectionInput, verdict: LinkVerdict): boolean {
  if (verdict === 'poor') return false;
  const isClean = input.receivers.every(({ conditions }) => conditions.lossPercent < longLossPercent);
  if (!isClean) return false;
  if (biasOf(input.scenario).isLong) return true;
  const wasLong = input.memory['isLong'] === true;
  // Without any lead, an utterance begins.
  return wasLong ? input.leadMs > 0 : input.leadMs >= longLeadMs;
}

function profileFor(verdict: LinkVerdict, isLong: boolean): BuiltinProfileId {
  if (verdict === 'poor') return 'EMERGENCY_FALLBACK';
  if (isLong) return 'HIGH_THROUGHPUT';
  return verdict === 'good' ? 'ULTRA_PERFORMANCE' : 'BALANCED_OPTIMAL';
}

function offered(input: SelectionInput, profileId: string): string {
  return input.profiles.some(({ id }) => id === profileId) ? profileId : input.currentProfileId;
}

function bitrateOf(input: SelectionInput, profileId: BuiltinProfileId, otherwise: number): number {
  return input.profiles.find(({ id }) => id === profileId)?.bitrateBps ?? otherwise;
}

function memoryOf(state: VerdictState): Record<string, string | number | boolean> {
  const { verdict, changedAtMs, wasRaised, dwellMs } = state;
  return { verdict, wasRaised, dwellMs, ...(changedAtMs === undefined ? {} : { changedAtMs }) };
}
