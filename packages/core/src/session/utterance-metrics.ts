import type { LaneCounters, LaneKind, LaneUtteranceEnd } from '@eloquence/plugin-api';
import type { PluginState } from '../plugins/plugin-state.js';
import { deliveryEfficiencyPercent, idealDeliveryMs } from './delivery-efficiency.js';
import { LinkSummary } from './link-summary.js';
import { SourceLog } from './source-log.js';

/** A plugin whose calls failed during an utterance and were replaced by fallbacks. */
export interface UtteranceFault {
  readonly pluginId: string;
  /** Failed calls so far, over the life of the plugin. */
  readonly faults: number;
  readonly state: PluginState;
  readonly message: string;
}

/** What is known of an utterance once it ended. Times in ms; fields that a lane cannot tell are absent. */
export interface UtteranceMetrics {
  readonly utteranceId: number;
  readonly outcome: LaneUtteranceEnd['outcome'];
  readonly lane: LaneKind;
  readonly profile: string;
  /** Codec of the last frame; empty, like `batcher`, if the utterance was cancelled before it began. */
  readonly codec: string;
  readonly batcher: string;
  /** Duration of the speech handed over. */
  readonly audioMs: number;
  /** First PCM handed over → its first sample leaves the receiver's playout buffer, as the receiver reported it. */
  readonly timeToFirstAudioMs?: number;
  /** First PCM handed over → last frame at the receiver. */
  readonly deliveryMs?: number;
  /**
   * 100 · ideal / actual delivery time. The ideal is a perfect pipe fed by the same source, at the highest delivery
   * rate seen and half of the least round-trip time.
   */
  readonly efficiencyPercent?: number;
  /** Time that sending took beyond waiting for the source, per 10 ms of audio. */
  readonly overheadPerChunkMs: number;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly concealedMs: number;
  /** 100 · (1 − stalled time / speech time). */
  readonly stabilityPercent: number;
  readonly framesSent: number;
  readonly framesPlayed: number;
  /** Frames that did not reach the receiver. */
  readonly framesLost: number;
  readonly packetsSent: number;
  readonly packetsRepeated: number;
  readonly packetsCopied: number;
  /** Encoded audio. */
  readonly payloadBytes: number;
  /** Packets as handed to the transport, copies and repeats included. */
  readonly sentBytes: number;
  /** Encoded audio over delivery time. */
  readonly goodputBytesPerSecond?: number;
  readonly faults: readonly UtteranceFault[];
}

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
  const isComplete = outcome === 'complete';
  const firstAudioMs = since(input.firstPcmAtMs, counters.playoutStartedAtMs);
  const deliveryMs = isComplete ? since(input.firstPcmAtMs, counters.deliveredAtMs) : undefined;
  return {
    utteranceId: input.utteranceId,
    outcome,
    lane: input.lane,
    profile: input.profile,
    codec: input.codec,
    batcher: input.batcher,
    audioMs: input.audioMs,
    ...(firstAudioMs === undefined ? {} : { timeToFirstAudioMs: firstAudioMs }),
    ...(deliveryMs === undefined ? {} : deliveryFields(input, deliveryMs)),
    overheadPerChunkMs: input.audioMs > 0 ? input.busyMs / (input.audioMs / 10) : 0,
    stalls: counters.stalls,
    stalledMs: counters.stalledMs,
    concealedMs: counters.concealedMs,
    stabilityPercent: input.audioMs > 0 ? Math.max(0, 100 * (1 - counters.stalledMs / input.audioMs)) : 100,
    framesSent: counters.framesSent,
    framesPlayed: counters.framesPlayed,
    framesLost: framesLost(counters, input.end),
    packetsSent: counters.packetsSent,
    packetsRepeated: counters.packetsRepeated,
    packetsCopied: counters.packetsCopied,
    payloadBytes: counters.payloadBytes,
    sentBytes: counters.sentBytes,
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
    packetsRepeated: 0,
    packetsCopied: 0,
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

function framesLost(counters: LaneCounters, end: LaneUtteranceEnd): number {
  return end.outcome === 'failed' ? counters.framesSent - counters.framesAcknowledged : 0;
}

function since(fromMs: number | undefined, toMs: number | undefined): number | undefined {
  return fromMs === undefined || toMs === undefined ? undefined : Math.max(0, toMs - fromMs);
}
