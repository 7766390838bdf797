import { wilsonInterval } from '@eloquence/base';
import type { LinkState, ProbeInput, ProbeRule } from '@eloquence/plugin-api';
import { type Thresholds, thresholdsOf } from '../thresholds.js';

/** How much an answer is worth. */
type Interest = 'none' | 'watching' | 'unknown' | 'undecided' | 'alarmed';

/** Part of the probes of a request after which they are asked for anew. */
const renewAfter = 0.5;

/**
 * Decides whether more evidence of a link's loss is worth its bytes. It is while what is known could be on either
 * side of the line between the profiles, or while next to nothing is known, within a budget that refills slowly; and
 * a while after a long utterance has begun, so that a loss that sets in is seen soon.
 *
 * Probes come so much closer together than packets that, asked again and again, they would crowd out the memory of
 * minutes with that of a few seconds: on link C the profile then changed four times an hour (simulated, one every two
 * seconds). Most answers are on their way after two seconds, and nothing could be done any more: a probe costs some 560
 * bytes on a LiveKit server, the answer and acknowledgements both ways included; watched from the first packet on, an
 * answer on a clean link costs a third more (link A, 46.4 instead of 34.1 kB, n 20 and 21).
 */
export const lossEvidence: ProbeRule = {
  kind: 'probe',
  order: 100,
  probe(input) {
    const { nowMs, memory, request, link } = input;
    const t = thresholdsOf(input.config);
    const before = (memory['interest'] ?? 'none') as Interest;
    const budget = budgetNow(input, before, t);
    const isSending = request.phase === 'sending';
    const sendingSinceMs = isSending
      ? ((memory['sendingSinceMs'] as number | undefined) ?? nowMs)
      : undefined;
    const isLong = sendingSinceMs !== undefined && nowMs - sendingSinceMs >= t.probeWatchAfterMs;
    const whenSettled = isLong ? 'watching' : 'none';
    let interest = interestIn(link, input, whenSettled, t);
    if (isBudgeted(interest) && budget < 1) interest = whenSettled;
    const askedAtMs = (memory['askedAtMs'] as number | undefined) ?? nowMs;
    // Whoever watches asks again before the probes run out.
    const lastMs = interest === 'watching' ? renewAfter * t.probeWatchCount * t.probeWatchingMs : Infinity;
    const isRequest = interest !== before || nowMs - askedAtMs >= lastMs;
    const next = {
      interest,
      budget,
      atMs: nowMs,
      askedAtMs: isRequest ? nowMs : askedAtMs,
      ...(sendingSinceMs === undefined ? {} : { sendingSinceMs }),
    };
    if (!isRequest) return { memory: next };
    return {
      request: { intervalMs: intervalMs(interest, t), count: countOf(interest, budget, t) },
      memory: next,
    };
  },
};

function countOf(interest: Interest, budget: number, t: Thresholds): number {
  if (interest === 'none') return 0;
  return isBudgeted(interest) ? Math.floor(budget) : t.probeWatchCount;
}

function intervalMs(interest: Interest, t: Thresholds): number {
  switch (interest) {
    case 'none':
      return 0;
    case 'watching':
      return t.probeWatchingMs;
    case 'unknown':
      return t.probeUnknownMs;
    case 'undecided':
      return t.probeUndecidedMs;
    case 'alarmed':
      return t.probeAlarmedMs;
  }
}

/** What is left of the budget, after what was asked since the last decision. */
function budgetNow({ nowMs, memory }: ProbeInput, interest: Interest, t: Thresholds): number {
  const budget = (memory['budget'] as number | undefined) ?? t.probeBudget;
  const elapsedMs = Math.max(0, nowMs - ((memory['atMs'] as number | undefined) ?? 0));
  const spent = isBudgeted(interest) ? Math.min(budget, elapsedMs / intervalMs(interest, t)) : 0;
  return Math.min(t.probeBudget, budget - spent + (t.probeBudgetPerSecond * elapsedMs) / 1000);
}

function isBudgeted(interest: Interest): boolean {
  return interest !== 'none' && interest !== 'watching';
}

function interestIn(
  link: LinkState | undefined,
  { quality, request }: ProbeInput,
  whenSettled: Interest,
  t: Thresholds,
): Interest {
  // Nothing that was learnt could make the profile any more robust than that of a poor link.
  if (link === undefined || quality === 'poor' || !hasRoom(link, t)) return 'none';
  const { lossPercent, lossPackets } = link;
  // 0 of 73 packets could still be 3 %, so could 1 of 130.
  const { high } = wilsonInterval(lossPercent / 100, lossPackets, t.probeDeviations);
  if (high <= t.probeLossPercent / 100) return whenSettled;
  if (lossPercent < t.probeNegligiblePercent) return 'unknown';
  return request.phase === 'sending' ? 'alarmed' : 'undecided';
}

function hasRoom(link: LinkState, t: Thresholds): boolean {
  const { capacityBytesPerSecond, requiredBytesPerSecond, isQueueing } = link;
  // Before the capacity is known, a queue tells that there is none to spare.
  if (capacityBytesPerSecond === undefined) return !isQueueing;
  return capacityBytesPerSecond >= t.probeRoomFactor * requiredBytesPerSecond;
}
