import type { LaneReport } from '@eloquence/plugin-api';
import type { ReportPacket } from '@eloquence/wire';
import type { ReceiverStreamCounters } from './stream/receiver-stream.js';
import type { ReceiverPeer } from './receivers/receiver-peer.js';

/** A receiver's report with what the sender itself knows of the way there. */
export function buildLaneReport(
  report: ReportPacket,
  peer: ReceiverPeer,
  atMs: number,
  rttMs: number | undefined,
  counted: ReceiverStreamCounters | undefined,
): LaneReport {
  return {
    receiver: peer.receiver,
    atMs,
    generation: report.generation,
    playout: report.playout,
    playheadFrame: report.playheadFrame,
    leadMs: report.leadMs,
    ...(rttMs === undefined ? {} : { rttMs }),
    smoothedRttMs: peer.rtt.smoothedMs,
    rttVariationMs: peer.rtt.variationMs,
    minRttMs: peer.rtt.minMs,
    owdVariationMs: report.owdVariationMs,
    deliveryRateBytesPerSecond: report.deliveryRateBytesPerSecond,
    lossPercent: report.lossPercent,
    lateFrames: report.lateFrames,
    stalls: report.stalls,
    stalledMs: report.stalledMs,
    isAlarm: report.isAlarm,
    jitterP95Ms: report.jitterP95Ms,
    ...(report.lossBurstMs > 0 && { lossBurstMs: report.lossBurstMs }),
    ...(counted && {
      packetsJudged: counted.packetsJudged,
      packetsLost: counted.packetsLost,
      acknowledgedBytes: counted.acknowledgedBytes,
      inFlightBytes: peer.inFlightBytes,
    }),
  };
}
