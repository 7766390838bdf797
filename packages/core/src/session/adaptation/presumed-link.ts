import type { LinkConditions } from '@eloquence/plugin-api';
import type { StreamDemand } from './receiver-link.js';

/** From this round trip on, a link of which nothing else is known is presumed to be narrow, ms. */
const farRttMs = 300;
/**
 * What such a link is presumed to carry, bytes of audio per second: an EDGE link of 48 kbit/s carries no more beside its
 * headers. On link D the first answer of a session stalled for 13 % of its time when it began as on any other link
 * (simulated, n 60); a link that is far and wide loses some quality for ten seconds.
 */
const presumedBytesPerSecond = 4000;

/**
 * What is presumed of the links before the first report: nothing, but of those whose greetings took long. They are
 * known by `reports` being 0.
 *
 * @param leastRttsMs least round trip to each receiver, ms, by identity
 */
export function presumedLinks(
  leastRttsMs: ReadonlyMap<string, number> | undefined,
  nowMs: number,
  demand: StreamDemand,
): LinkConditions[] {
  const presumed: LinkConditions[] = [];
  for (const [receiver, rttMs] of leastRttsMs ?? [])
    if (rttMs >= farRttMs) presumed.push(presume(receiver, rttMs, nowMs, demand));
  // One near receiver is enough to begin as usual: the best link decides.
  return presumed.length === (leastRttsMs?.size ?? 0) ? presumed : [];
}

function presume(receiver: string, rttMs: number, nowMs: number, demand: StreamDemand): LinkConditions {
  return {
    receiver,
    atMs: nowMs,
    reports: 0,
    smoothedRttMs: rttMs,
    rttVariationMs: rttMs / 2,
    minRttMs: rttMs,
    owdVariationMs: 0,
    owdTrendMsPerSecond: 0,
    jitterP95Ms: 0,
    lossPercent: 0,
    lossPackets: 0,
    burstMs: 0,
    rateP20BytesPerSecond: 0,
    rateMaxBytesPerSecond: 0,
    capacityBytesPerSecond: presumedBytesPerSecond,
    requiredBytesPerSecond: demand.requiredBytesPerSecond,
    batchBytes: demand.batchBytes,
    freshBytes: 0,
    deliveryMs: rttMs / 2,
    leadMs: 0,
    stalls: 0,
    stalledMs: 0,
    reportAgeMs: 0,
    isOutage: false,
    owedMs: demand.owedMs,
    worsening: [],
  };
}
