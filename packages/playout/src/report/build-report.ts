import type { ReportPacket } from '@eloquence/wire';
import type { ArrivalStatistics } from '@eloquence/link';
import type { Utterance } from '../depacketize/utterance.js';

export interface ReportInputs {
  readonly receiverId: number;
  readonly channel: number;
  readonly utterance: Utterance;
  readonly statistics: ArrivalStatistics;
  readonly bufferAheadMs: number;
  readonly playheadFrame: number;
  readonly nowMs: number;
}

/** The state of an utterance as the sender is told. */
export function buildReport(inputs: ReportInputs): ReportPacket {
  const { receiverId, channel, utterance, statistics, bufferAheadMs, playheadFrame, nowMs } = inputs;
  const { log, progress } = utterance;
  const { low, high } = log.bitmap();
  const measured = statistics.snapshot(nowMs);
  const { echo } = statistics;
  return {
    type: 'report',
    receiverId,
    channel,
    utteranceSequence: utterance.utteranceSequence,
    playout: progress.state,
    isEndKnown: utterance.isEndConfirmed,
    isAlarm: statistics.takeAlarm(),
    nextSequence: log.next & 0xffff,
    bitmapLow: low,
    bitmapHigh: high,
    playheadFrame,
    bufferAheadMs,
    owdVariationMs: measured.owdVariationMs,
    deliveryRateBytesPerSecond: measured.deliveryRateBytesPerSecond,
    lossPercent: measured.lossPercent,
    lateFrames: progress.lateFrames,
    stalls: progress.stalls,
    stalledMs: progress.stalledMs(nowMs),
    concealedMs: progress.concealedMs,
    pdvP95Ms: measured.pdvP95Ms,
    lossBurstMs: measured.lossBurstMs,
    ...(echo ? { echo: { sendTimeMs: echo.sendTimeMs, holdMs: nowMs - echo.arrivedAtMs } } : {}),
    ...(progress.startedAtMs === undefined ? {} : { startedAgoMs: nowMs - progress.startedAtMs }),
    ...(utterance.completedAtMs === undefined ? {} : { completedAgoMs: nowMs - utterance.completedAtMs }),
  };
}
