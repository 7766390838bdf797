import { wilsonInterval } from '@eloquence/base';
import type { Limit, LimitInput, LimitRule, LinkState } from '@eloquence/plugin-api';
import { oneBelow, toleranceOf } from '../link-quality.js';
import { type Thresholds, thresholdsOf } from '../thresholds.js';

type LinkLimit = (link: LinkState, input: LimitInput, thresholds: Thresholds) => Limit | undefined;

/** A rule about a link that is there. */
function linkRule(order: number, limit: LinkLimit): LimitRule {
  return {
    kind: 'limit',
    order,
    limit: (input) =>
      input.link === undefined ? undefined : limit(input.link, input, thresholdsOf(input.config)),
  };
}

/** Nothing is acknowledged: one missed acknowledgement makes the sender careful, a lasting silence is an emergency. */
export const silenceLimit = linkRule(100, (link, _, t) => {
  const { unackedForMs, smoothedRttMs, rttVariationMs, isOutage } = link;
  const timeoutMs = smoothedRttMs + t.silenceRttVariations * rttVariationMs;
  if (!isOutage || unackedForMs < Math.max(t.silencePoorMs, t.silenceTimeouts * timeoutMs)) return undefined;
  return { quality: 'poor', reason: `nothing acknowledged for ${Math.round(unackedForMs)} ms` };
});

export const roundTripLimit = linkRule(110, (link, { isRise }, t) => {
  if (link.smoothedRttMs <= (isRise ? t.rttPoorMs / t.riseMargin : t.rttPoorMs)) return undefined;
  return { quality: 'poor', reason: `round trip of ${Math.round(link.smoothedRttMs)} ms` };
});

/** Speaks only where a limit of the link has shown, or is assumed; otherwise the rate is the source's own. */
export const rateLimit = linkRule(120, (link, { forecast, isRise, profiles }, t) => {
  const capacity = leastOf(link.capacityBytesPerSecond, forecast?.capacityBytesPerSecond);
  if (capacity === undefined) return undefined;
  const margin = isRise ? t.riseMargin : 1;
  const bitrateOf = (id: string, otherwise: number): number =>
    profiles.find((profile) => profile.id === id)?.settings.codec.bitrateBps ?? otherwise;
  const isAssumption = link.isCapacityPresumed === true;
  const reason = isAssumption
    ? `round trip of ${Math.round(link.minRttMs)} ms, and no limit has shown yet`
    : `${Math.round((capacity * 8) / 1000)} kbit/s of audio get through`;
  if (capacity < (margin * t.ratePoorFactor * bitrateOf('BALANCED_OPTIMAL', t.fairBitrateBps)) / 8)
    return { quality: 'poor', reason, ...(isAssumption ? { isAssumption, rule: 'far-link' } : {}) };
  if (capacity < (margin * t.rateFairFactor * bitrateOf('ULTRA_PERFORMANCE', t.goodBitrateBps)) / 8)
    return { quality: 'fair', reason };
  return undefined;
});

export const lossLimit = linkRule(130, (link, { isRise, request }, t) => {
  const { lossPercent, lossPackets } = link;
  const tolerance = toleranceOf(request.scenario, t);
  const reason = `${lossPercent.toFixed(1)} % loss in ${lossPackets} packets`;
  const lossLowPercent = isRise ? t.riseMargin * lossPercent : believablePercent(link, t);
  const isPoor = isRise
    ? lossLowPercent > tolerance * t.lossPoorPercent ||
      (lossPackets < t.lossRisePoorPackets && lossPercent > t.lossUnprovenPercent)
    : lossLowPercent > tolerance * t.lossPoorPercent && lossPackets >= t.lossMinPackets;
  if (isPoor) return { quality: 'poor', reason };
  const isFair =
    lossLowPercent > tolerance * t.lossFairPercent || (isRise && lossPackets < t.lossRisePackets);
  return isFair ? { quality: 'fair', reason } : undefined;
});

export const jitterLimit = linkRule(140, (link, { isRise, request }, t) => {
  const limitMs = (toleranceOf(request.scenario, t) * t.jitterFairMs) / (isRise ? t.jitterRiseMargin : 1);
  if (link.pdvP95Ms <= limitMs) return undefined;
  return { quality: 'fair', reason: `jitter of ${Math.round(link.pdvP95Ms)} ms (95th percentile)` };
});

/** Two measurements that turned for the worse together are a change, even before the estimates have followed. */
export const changeLimit = linkRule(150, ({ worsening }, { quality, isRise }, t) => {
  if (worsening.length < (isRise ? t.changeSignalsRise : t.changeSignals)) return undefined;
  const reason = `${worsening.join(' and ')} turned for the worse`;
  return { quality: isRise ? quality : oneBelow(quality), reason };
});

/** The loss that is believable for certain, %. */
function believablePercent({ lossPercent, lossPackets }: LinkState, t: Thresholds): number {
  return 100 * wilsonInterval(lossPercent / 100, lossPackets + t.lossPriorPackets, t.lossDeviations).low;
}

function leastOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}
