import type { LaneCounters } from '@eloquence/plugin-api';
import type { ReceiverStream } from '../stream/receiver-stream.js';
import type { HeardPosition } from './playout-estimate.js';

/** What is counted once for all receivers. */
export interface SharedCounts {
  readonly framesSent: number;
  readonly droppedReceivers: number;
  readonly presumedReceivers: number;
  readonly payloadBytes: number;
  readonly deliveredAtMs: number | undefined;
  readonly playoutStartedAtMs: number | undefined;
  readonly heard: HeardPosition;
  /** It ended before it was played: what counts is where it was heard last, not what was reported last. */
  readonly isCut: boolean;
}

/** Counters of one utterance: packets and bytes of all receivers together, playout of the one that fared worst. */
export function sumCounters(streams: Iterable<ReceiverStream>, shared: SharedCounts): LaneCounters {
  const { heard, isCut } = shared;
  const totals = { packetsSent: 0, packetsRetransmitted: 0, redundantPackets: 0, sentBytes: 0 };
  let framesAcknowledged = 0;
  let framesPlayed = 0;
  let stalls = 0;
  let stalledMs = 0;
  let starvations = 0;
  let starvedMs = 0;
  let concealedMs = 0;
  for (const stream of streams) {
    const { counters } = stream;
    totals.packetsSent += counters.packetsSent;
    totals.packetsRetransmitted += counters.packetsRetransmitted;
    totals.redundantPackets += counters.redundantPackets;
    totals.sentBytes += counters.sentBytes;
    framesAcknowledged = Math.max(framesAcknowledged, stream.progress.frames);
    const report = stream.lastReport?.report;
    framesPlayed = Math.max(framesPlayed, report?.playheadFrame ?? 0);
    stalls = Math.max(stalls, stream.stalls.stalls);
    stalledMs = Math.max(stalledMs, stream.stalls.stalledMs);
    starvations = Math.max(starvations, stream.stalls.starvations);
    starvedMs = Math.max(starvedMs, stream.stalls.starvedMs);
    concealedMs = Math.max(concealedMs, report?.concealedMs ?? 0);
  }
  return {
    ...totals,
    framesSent: shared.framesSent,
    framesAcknowledged,
    framesPlayed: Math.min(isCut ? heard.frames : framesPlayed, shared.framesSent),
    heardMs: heard.ms,
    heardErrorMs: heard.errorMs,
    payloadBytes: shared.payloadBytes,
    stalls,
    stalledMs,
    ...(starvations === 0 ? {} : { starvations, starvedMs }),
    concealedMs,
    ...(shared.droppedReceivers === 0 ? {} : { droppedReceivers: shared.droppedReceivers }),
    ...(shared.presumedReceivers === 0 ? {} : { presumedReceivers: shared.presumedReceivers }),
    ...(shared.deliveredAtMs === undefined ? {} : { deliveredAtMs: shared.deliveredAtMs }),
    ...(shared.playoutStartedAtMs === undefined ? {} : { playoutStartedAtMs: shared.playoutStartedAtMs }),
  };
}
