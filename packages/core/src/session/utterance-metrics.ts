import type {
  LaneCounters,
  LaneKind,
  LaneUtteranceEnd,
  UtteranceFault,
  UtteranceMetrics,
} from '@eloquence/plugin-api';
import { deliveryEfficiencyPercent, idealDeliveryMs } from './delivery-efficiency.js';
import { LinkSummary } from './delivery-efficiency.js';
import { SourceLog } from './source-log.js';

export interface MetricsInput {
  readonly utteranceId: number;
  readonly lane: LaneKind;
  readonly profile: string;
  readonly codec: string;
  readonly batcher: string;
  readonly audioMs: number;
  readonly firstPcmAtMs: number | undefined;
  readonly busyMs: number;
  readonly source: SourceLog;
  readonly link: LinkSummary;
  readonly end: LaneUtteranceEnd;
  readonly faults: readonly UtteranceFault[];
}

export function buildUtteranceMetrics(input: MetricsInput): UtteranceMetrics {
  const { counters, outcome } = input.end;
  const firstAudioMs = since(input.firstPcmAtMs, counters.playoutStartedAtMs);
  const deliveryMs = isDelivered(input.end) ? since(input.firstPcmAtMs, counters.deliveredAtMs) : undefined;
  return {
    utteranceId: input.utteranceId,
    outcome,
    lane: input.end.laneChanges?.at(-1)?.to ?? input.lane,
    ...(input.end.laneChanges === undefined ? {} : { laneChanges: input.end.laneChanges }),
    profile: input.profile,
    codec: input.codec,
    batcher: input.batcher,
    audioMs: input.audioMs,
    ...(firstAudioMs === undefined ? {} : { timeToFirstAudioMs: firstAudioMs }),
    ...(deliveryMs === undefined ? {} : deliveryFields(input, deliveryMs)),
    overheadPerChunkMs: input.audioMs > 0 ? input.busyMs / (input.audioMs / 10) : 0,
    stalls: counters.stalls,
    stalledMs: counters.stalledMs,
    ...(counters.starvations === undefined
      ? {}
      : { starvations: counters.starvations, starvedMs: counters.starvedMs ?? 0 }),
    concealedMs: counters.concealedMs,
    stabilityPercent: input.audioMs > 0 ? Math.max(0, 100 * (1 - counters.stalledMs / input.audioMs)) : 100,
    framesSent: counters.framesSent,
    framesPlayed: counters.framesPlayed,
    ...heardFields(counters, input.audioMs),
    framesLost: framesLost(counters, input.end),
    packetsSent: counters.packetsSent,
    packetsRetransmitted: counters.packetsRetransmitted,
    redundantPackets: counters.redundantPackets,
    payloadBytes: counters.payloadBytes,
    sentBytes: counters.sentBytes,
    ...(counters.droppedReceivers === undefined ? {} : { droppedReceivers: counters.droppedReceivers }),
    ...(counters.presumedReceivers === undefined ? {} : { presumedReceivers: counters.presumedReceivers }),
    faults: input.faults,
  };
}

/** Metrics of an utterance that was cancelled before anything of it was handed to the lane. */
export function buildUnsentMetrics(
  input: Pick<MetricsInput, 'utteranceId' | 'lane' | 'profile'>,
): UtteranceMetrics {
  const counters: LaneCounters = {
    framesSent: 0,
    framesAcknowledged: 0,
    framesPlayed: 0,
    packetsSent: 0,
    packetsRetransmitted: 0,
    redundantPackets: 0,
    payloadBytes: 0,
    sentBytes: 0,
    stalls: 0,
    stalledMs: 0,
    concealedMs: 0,
  };
  return buildUtteranceMetrics({
    ...input,
    codec: '',
    batcher: '',
    audioMs: 0,
    firstPcmAtMs: undefined,
    busyMs: 0,
    source: new SourceLog(),
    link: new LinkSummary(),
    end: { outcome: 'cancelled', counters },
    faults: [],
  });
}

/** All of it has arrived, whether or not that was heard. */
export function isDelivered({ outcome }: LaneUtteranceEnd): boolean {
  return outcome === 'complete' || outcome === 'presumed';
}

function deliveryFields(
  input: MetricsInput,
  deliveryMs: number,
): Pick<UtteranceMetrics, 'deliveryMs' | 'efficiencyPercent' | 'goodputBytesPerSecond'> {
  const idealMs = idealDeliveryMs({
    pieces: input.source.pieces,
    bytesFrom: (startMs) => input.source.bytesFrom(startMs),
    linkRateBytesPerSecond: input.link.maxDeliveryRateBytesPerSecond || Number.POSITIVE_INFINITY,
    oneWayDelayMs: input.link.minRttMs / 2,
  });
  return {
    deliveryMs,
    efficiencyPercent: deliveryEfficiencyPercent(idealMs, deliveryMs),
    goodputBytesPerSecond: deliveryMs > 0 ? (1000 * input.end.counters.payloadBytes) / deliveryMs : 0,
  };
}

/** The lane counts what a codec adds at the end, too. */
function heardFields(
  { heardMs, heardErrorMs = 0 }: LaneCounters,
  audioMs: number,
): Pick<UtteranceMetrics, 'heardMs' | 'heardErrorMs'> {
  return heardMs === undefined ? {} : { heardMs: Math.min(heardMs, audioMs), heardErrorMs };
}

function framesLost(counters: LaneCounters, end: LaneUtteranceEnd): number {
  return end.outcome === 'failed' ? counters.framesSent - counters.framesAcknowledged : 0;
}

function since(fromMs: number | undefined, toMs: number | undefined): number | undefined {
  return fromMs === undefined || toMs === undefined ? undefined : Math.max(0, toMs - fromMs);
}
