import type { LaneChange, LaneCounters, LaneUtteranceEnd } from '@eloquence/plugin-api';

/** One end of several parts of an utterance, of which the last one ended it. */
export function mergeEnds(
  ends: readonly LaneUtteranceEnd[],
  last: LaneUtteranceEnd,
  framesWritten: number,
  laneChanges: readonly LaneChange[],
): LaneUtteranceEnd {
  const changes = laneChanges.length > 0 ? { laneChanges } : {};
  if (ends.length === 1) return { ...last, ...changes };
  const sum = (read: (counters: LaneCounters) => number): number =>
    ends.reduce((total, end) => total + read(end.counters), 0);
  const isComplete = last.outcome === 'complete';
  const { deliveredAtMs } = last.counters;
  const startedAtMs = ends.find((end) => end.counters.playoutStartedAtMs !== undefined)?.counters
    .playoutStartedAtMs;
  return {
    outcome: last.outcome,
    ...(last.error === undefined ? {} : { error: last.error }),
    counters: {
      framesSent: framesWritten,
      framesAcknowledged: isComplete
        ? framesWritten
        : Math.min(
            framesWritten,
            sum((counters) => counters.framesAcknowledged),
          ),
      framesPlayed: isComplete
        ? framesWritten
        : Math.min(
            framesWritten,
            sum((counters) => counters.framesPlayed),
          ),
      packetsSent: sum((counters) => counters.packetsSent),
      packetsRepeated: sum((counters) => counters.packetsRepeated),
      packetsCopied: sum((counters) => counters.packetsCopied),
      payloadBytes: sum((counters) => counters.payloadBytes),
      sentBytes: sum((counters) => counters.sentBytes),
      stalls: sum((counters) => counters.stalls),
      stalledMs: sum((counters) => counters.stalledMs),
      concealedMs: sum((counters) => counters.concealedMs),
      ...(deliveredAtMs === undefined ? {} : { deliveredAtMs }),
      ...(startedAtMs === undefined ? {} : { playoutStartedAtMs: startedAtMs }),
    },
    ...changes,
  };
}
