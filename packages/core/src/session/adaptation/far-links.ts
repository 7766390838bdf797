import type { LinkConditions } from '@eloquence/plugin-api';
import type { StreamDemand } from './receiver-link.js';

/** From this round trip on, a link of which nothing else is known is presumed to be narrow, ms. */
const farRttMs = 300;
/**
 * What such a link is presumed to carry, bytes of audio per second: an EDGE link of 48 kbit/s carries no more beside its
 * headers. On link D the first answer of a session stalled for 13 % of its time when it began as on any other link
 * (simulated, n 60).
 */
const presumedBytesPerSecond = 4000;
/** So long after the first report a limit would have shown, ms. */
const presumedForMs = 10_000;

/** What is presumed of receivers whose greetings took long, before it is known. Constant size. */
export class FarLinks {
  /** When each presumed receiver first reported, ms. */
  readonly #reportedAtMs = new Map<string, number | undefined>();

  /**
   * What is presumed before the first report: nothing, unless all receivers are far.
   *
   * @param leastRttsMs least round trip to each receiver, ms, by identity; absent while one of them is not known
   */
  presume(
    leastRttsMs: ReadonlyMap<string, number> | undefined,
    nowMs: number,
    demand: StreamDemand,
  ): LinkConditions[] {
    this.#reportedAtMs.clear();
    const all = [...(leastRttsMs ?? [])];
    // One near receiver is enough to begin as usual: the best link decides.
    if (!all.every(([, rttMs]) => rttMs >= farRttMs)) return [];
    for (const [receiver] of all) this.#reportedAtMs.set(receiver, undefined);
    return all.map(([receiver, rttMs]) => unreported(receiver, rttMs, nowMs, demand));
  }

  /** The conditions with what is still presumed of this link. Measurements end a presumption, and so do ten seconds. */
  complete(conditions: LinkConditions): LinkConditions {
    const { receiver, atMs, minRttMs, capacityBytesPerSecond } = conditions;
    if (!this.#reportedAtMs.has(receiver)) return conditions;
    const reportedAtMs = this.#reportedAtMs.get(receiver) ?? atMs;
    const isOver =
      capacityBytesPerSecond !== undefined || minRttMs < farRttMs || atMs - reportedAtMs > presumedForMs;
    if (isOver) {
      this.#reportedAtMs.delete(receiver);
      return conditions;
    }
    this.#reportedAtMs.set(receiver, reportedAtMs);
    return { ...conditions, capacityBytesPerSecond: presumedBytesPerSecond, isCapacityPresumed: true };
  }
}

function unreported(receiver: string, rttMs: number, nowMs: number, demand: StreamDemand): LinkConditions {
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
    isCapacityPresumed: true,
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
