import type { LaneReport } from '@eloquence/plugin-api';
import type { ReportPacket } from '@eloquence/wire';
import type { ReceiverStream } from './stream/receiver-stream.js';
import type { ReceiverPeer } from './receivers/receiver-peer.js';

/** A receiver's report with what the sender itself knows of the way there. */
export function buildLaneReport(
  report: ReportPacket,
  peer: ReceiverPeer,
  atMs: number,
  rttMs: number | undefined,
  stream: ReceiverStream | undefined,
): LaneReport {
  const counted = stream?.counters;
  const { stalls, stalledMs } = stream?.stalls ?? report;
  return {
    receiver: peer.receiver,
    atMs,
    utteranceSequence: report.utteranceSequence,
    playout: report.playout,
    playheadFrame: report.playheadFrame,
    bufferAheadMs: report.bufferAheadMs,
    ...(rttMs === undefined ? {} : { rttMs }),
    smoothedRttMs: peer.rtt.smoothedMs,
    rttVariationMs: peer.rtt.variationMs,
    minRttMs: peer.rtt.minMs,
    owdVariationMs: report.owdVariationMs,
    deliveryRateBytesPerSecond: report.deliveryRateBytesPerSecond,
    lossPercent: report.lossPercent,
    lateFrames: report.lateFrames,
    stalls,
    stalledMs,
    isAlarm: report.isAlarm,
    pdvP95Ms: report.pdvP95Ms,
    ...(report.lossBurstMs > 0 && { lossBurstMs: report.lossBurstMs }),
    ...(counted && {
      packetsResolved: counted.packetsResolved,
      packetsLost: counted.packetsLost,
      acknowledgedBytes: counted.acknowledgedBytes,
      inFlightBytes: peer.inFlightBytes,
    }),
  };
}
