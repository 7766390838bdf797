import { wilsonInterval } from '@eloquence/base';
import type { LinkState, ReceiverOutlook } from '@eloquence/plugin-api';
import { type LinkVerdict, isWorse, oneBelow } from './link-verdict.js';

/** The rule that speaks of presumptions instead of measurements. */
export const FAR_LINK = 'far-link';

/** A rule's opinion: the link is no better than this, and why. */
export interface Ceiling {
  readonly verdict: LinkVerdict;
  readonly rule: string;
  readonly reason: string;
}

/** Against what a link is judged. */
export interface Standards {
  /** The verdict in force. */
  readonly current: LinkVerdict;
  /** True when asking whether the link is good enough to go up: with a margin, and only on evidence. */
  readonly isStrict: boolean;
  /** Above 1: loss and jitter are borne for the sake of speed; below 1: the opposite. */
  readonly tolerance: number;
  /** Bitrates of the profiles for fair and for good links, bit/s. */
  readonly fairBitrateBps: number;
  readonly goodBitrateBps: number;
}

type Rule = (outlook: ReceiverOutlook, standards: Standards) => Ceiling | undefined;

/** How much better than needed a link must be to go up. */
const margin = 1.3;
const poorRttMs = 600;
const poorRateFactor = 1.5;
const goodRateFactor = 4;
const poorLossPercent = 3;
const goodLossPercent = 1.05;
const goodJitterMs = 20;
/** Strictness about jitter is greater: it takes many packets to see the tail of a distribution. */
const jitterMargin = 1.7;
/** Fewer packets since a change are not enough to call a link poor for their loss. */
const leastPackets = 60;
const evidencePackets = 16;
const evidencePacketsOfPoor = 30;
/** Loss above which fewer packets than that do not lift the verdict from poor, %. */
const unprovenLossPercent = 1.5;
/** One-sided 93 %: so much doubt a link has the benefit of. */
const doubtDeviations = 1.5;
/** Packets that the loss figure starts from, before the first one was counted. */
const priorPackets = 10;
const leastSilenceMs = 1000;
const silenceLimits = 3;

/** Rules in the order in which they are named when several agree. */
const rules: readonly Rule[] = [silence, roundTrip, rate, loss, jitter, change];

/** The lowest ceiling that any rule puts over this link; `undefined` if none objects to the best verdict. */
export function lowestCeiling(outlook: ReceiverOutlook, standards: Standards): Ceiling | undefined {
  let lowest: Ceiling | undefined;
  for (const rule of rules) {
    const ceiling = rule(outlook, standards);
    if (ceiling && (lowest === undefined || isWorse(ceiling.verdict, lowest.verdict))) lowest = ceiling;
  }
  return lowest;
}

/** Nothing is acknowledged: one missed acknowledgement makes the sender careful, a lasting silence is an emergency. */
function silence({ conditions }: ReceiverOutlook): Ceiling | undefined {
  const { owedMs, smoothedRttMs, rttVariationMs, isOutage } = conditions;
  const limitMs = Math.max(leastSilenceMs, silenceLimits * (smoothedRttMs + 4 * rttVariationMs));
  if (!isOutage || owedMs < limitMs) return undefined;
  return ceiling('poor', 'silence', `nothing acknowledged for ${Math.round(owedMs)} ms`);
}

function roundTrip({ conditions }: ReceiverOutlook, { isStrict }: Standards): Ceiling | undefined {
  const limitMs = isStrict ? poorRttMs / margin : poorRttMs;
  if (conditions.smoothedRttMs <= limitMs) return undefined;
  return ceiling('poor', 'round-trip', `round trip of ${Math.round(conditions.smoothedRttMs)} ms`);
}

/** Judged only where a limit of the link has shown; otherwise the rate is the source's own. */
function rate({ conditions, forecast }: ReceiverOutlook, standards: Standards): Ceiling | undefined {
  const capacity = leastOf(conditions.capacityBytesPerSecond, forecast?.capacityBytesPerSecond);
  if (capacity === undefined) return undefined;
  const factor = standards.isStrict ? margin : 1;
  const isPresumed = conditions.isCapacityPresumed === true;
  const figure = isPresumed
    ? `round trip of ${Math.round(conditions.minRttMs)} ms, and no limit has shown yet`
    : `${Math.round((capacity * 8) / 1000)} kbit/s of audio get through`;
  if (capacity < (factor * poorRateFactor * standards.fairBitrateBps) / 8)
    return ceiling('poor', isPresumed ? FAR_LINK : 'rate', figure);
  if (capacity < (factor * goodRateFactor * standards.goodBitrateBps) / 8)
    return ceiling('fair', 'rate', figure);
  return undefined;
}

function loss({ conditions }: ReceiverOutlook, { isStrict, tolerance }: Standards): Ceiling | undefined {
  const { lossPercent, lossPackets } = conditions;
  const figure = `${lossPercent.toFixed(1)} % loss in ${lossPackets} packets`;
  const judged = isStrict ? margin * lossPercent : lowLossPercent(conditions);
  const isPoor = isStrict
    ? judged > tolerance * poorLossPercent ||
      (lossPackets < evidencePacketsOfPoor && lossPercent > unprovenLossPercent)
    : judged > tolerance * poorLossPercent && lossPackets >= leastPackets;
  if (isPoor) return ceiling('poor', 'loss', figure);
  if (judged > tolerance * goodLossPercent || (isStrict && lossPackets < evidencePackets))
    return ceiling('fair', 'loss', figure);
  return undefined;
}

function jitter({ conditions }: ReceiverOutlook, { isStrict, tolerance }: Standards): Ceiling | undefined {
  const limitMs = (tolerance * goodJitterMs) / (isStrict ? jitterMargin : 1);
  if (conditions.jitterP95Ms <= limitMs) return undefined;
  return ceiling('fair', 'jitter', `jitter of ${Math.round(conditions.jitterP95Ms)} ms (95th percentile)`);
}

/** Two measurements that turned for the worse together are a change, even before the estimates have followed. */
function change({ conditions }: ReceiverOutlook, { current, isStrict }: Standards): Ceiling | undefined {
  const { worsening } = conditions;
  const needed = isStrict ? 1 : 2;
  if (worsening.length < needed) return undefined;
  const verdict = isStrict ? current : oneBelow(current);
  return ceiling(verdict, 'change', `${worsening.join(' and ')} turned for the worse`);
}

/** The loss that is believable for certain, %. */
function lowLossPercent({ lossPercent, lossPackets }: LinkState): number {
  return 100 * wilsonInterval(lossPercent / 100, lossPackets + priorPackets, doubtDeviations).low;
}

function leastOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

function ceiling(verdict: LinkVerdict, rule: string, reason: string): Ceiling {
  return { verdict, rule, reason };
}
