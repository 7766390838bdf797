import {
  Cusum,
  VarianceBaseline,
  WindowedExtreme,
  pushBounded,
  quantile,
  theilSenSlope,
} from '@eloquence/base';
import type {
  AckTimeoutSettings,
  LaneReport,
  LinkSignal,
  LinkState,
  StreamSettings,
} from '@eloquence/plugin-api';
import { CapacityEstimator, queueThresholdMs } from './capacity-estimator.js';
import { LossEstimator } from './loss-estimator.js';

const extremeWindowMs = 30_000;
const trendPoints = 16;
const jitterSamples = 64;
const rateSamples = 8;
/** How long a signal stays up, ms, at least and in round trips. */
const signalMs = 2000;
const signalRtts = 4;
/** Growth of the one-way delay that is a signal of its own, ms per second. */
const steepTrend = 150;
/** Loss that a receiver reported stands for so many packets, where the sender cannot count itself. */
const reportedLossPackets = 64;

/** What a probe's answer brought to light. */
export interface ProbeAnswer {
  /** Identity of the participant; of its further receivers, `identity#id`. */
  readonly receiver: string;
  /** When the answer arrived. */
  readonly atMs: number;
  /** Probes that are known to have reached the receiver since the answer before. */
  readonly arrived: number;
  /** Probes that are known not to have reached it, whatever became of the answers. */
  readonly lost: number;
}

/** What the stream asks of the link at present. */
export interface StreamDemand {
  readonly requiredBytesPerSecond: number;
  readonly batchBytes: number;
  /** How long an acknowledgement has been owed, ms; 0 if none is. */
  readonly unackedForMs: number;
}

/** What a stream on these settings asks of a link. */
export function demandOf(settings: StreamSettings, unackedForMs: number): StreamDemand {
  const requiredBytesPerSecond = settings.codec.bitrateBps / 8;
  const batchBytes = (requiredBytesPerSecond * settings.batch.maxMs) / 1000;
  return { requiredBytesPerSecond, batchBytes, unackedForMs };
}

/** What one report brought to light. */
export interface ReportFindings {
  /** Something shifted by the sensitive measure: false alarms are expected, a few a minute. */
  readonly isSuspicious: boolean;
  readonly newLosses: number;
  /** Loss as it was known before this report, %. */
  readonly lossPercentBefore: number;
}

/** Measures the way to one receiver from its reports. Lives as long as the session; constant size. */
export class ReceiverLink {
  readonly #identity: string;
  readonly #minRtt = new WindowedExtreme('least', extremeWindowMs);
  readonly #maxRate = new WindowedExtreme('greatest', extremeWindowMs);
  readonly #loss = new LossEstimator();
  readonly #capacity = new CapacityEstimator();
  readonly #delayAlarm = new Cusum({ slack: 1, threshold: 4, baseline: new VarianceBaseline(8) });
  readonly #delayChange = new Cusum({ slack: 1.5, threshold: 8, baseline: new VarianceBaseline(8) });
  readonly #trend: { x: number; y: number }[] = [];
  readonly #jitter: number[] = [];
  readonly #rates: number[] = [];
  readonly #signals = new Map<LinkSignal, number>();
  #last: LaneReport | undefined;
  #reports = 0;
  #freshBytes = 0;
  #counted = { utteranceSequence: -1, judged: 0, lost: 0, bytes: 0 };
  #deliveryMs = 0;
  #isOutage = false;

  constructor(identity: string) {
    this.#identity = identity;
  }

  /** How long an acknowledgement may be owed before it counts as missed, ms. */
  missedAfterMs(reportIntervalMs: number, { rttVariations, unknownMs }: AckTimeoutSettings): number {
    const last = this.#last;
    const answerMs = last && last.smoothedRttMs + rttVariations * last.rttVariationMs;
    return (answerMs ?? unknownMs) + reportIntervalMs;
  }

  add(report: LaneReport): ReportFindings {
    this.#last = report;
    this.#reports++;
    this.#isOutage = false;
    if (report.rttMs !== undefined) this.#minRtt.add(report.rttMs, report.atMs);
    const minRttMs = this.#minRttMs(report.atMs);
    const lossPercentBefore = this.#loss.lossPercent;
    const newLosses = this.#countPackets(report);
    this.#deliveryMs =
      minRttMs / 2 + Math.max(0, report.owdVariationMs) + (newLosses > 0 ? report.smoothedRttMs : 0);
    this.#addRate(report, minRttMs);
    const isSuspicious = this.#addDelay(report);
    return { isSuspicious: isSuspicious || report.isAlarm === true, newLosses, lossPercentBefore };
  }

  /** Probes tell of the loss as packets do, and that the receiver answers. */
  addProbe({ arrived, lost, atMs }: ProbeAnswer): ReportFindings {
    this.#isOutage = false;
    const lossPercentBefore = this.#loss.lossPercent;
    this.#noteLoss(arrived, lost, atMs);
    return { isSuspicious: false, newLosses: lost, lossPercentBefore };
  }

  /**
   * An acknowledgement is overdue.
   *
   * @param isLasting by so much that it is a signal
   */
  noteSilence(nowMs: number, isLasting: boolean): void {
    this.#isOutage = true;
    // A single report may simply have been lost on its way.
    if (isLasting) this.#raise('silence', nowMs);
  }

  /** The profile changed: evidence is counted from here. */
  startEvidence(): void {
    this.#freshBytes = 0;
  }

  /** `undefined` before the first report. */
  state(
    nowMs: number,
    demand: StreamDemand,
    attributes: LinkState['attributes'] = {},
  ): LinkState | undefined {
    const last = this.#last;
    if (last === undefined) return undefined;
    const capacity = this.#capacity.bytesPerSecond;
    const minRttMs = this.#minRttMs(nowMs);
    return {
      receiver: this.#identity,
      attributes,
      atMs: nowMs,
      reports: this.#reports,
      smoothedRttMs: last.smoothedRttMs,
      rttVariationMs: last.rttVariationMs,
      minRttMs,
      owdVariationMs: last.owdVariationMs,
      isQueueing: last.owdVariationMs > queueThresholdMs(minRttMs),
      owdTrendMsPerSecond: theilSenSlope(this.#trend),
      pdvP95Ms: last.pdvP95Ms ?? quantile(this.#jitter, 0.95),
      lossPercent: this.#loss.lossPercent,
      lossPackets: Math.round(this.#loss.packets),
      burstMs: last.lossBurstMs ?? 0,
      rateP20BytesPerSecond: quantile(this.#rates, 0.2),
      rateMaxBytesPerSecond: this.#maxRate.at(nowMs) ?? 0,
      ...(capacity === undefined ? {} : { capacityBytesPerSecond: capacity }),
      requiredBytesPerSecond: demand.requiredBytesPerSecond,
      batchBytes: demand.batchBytes,
      freshBytes: this.#freshBytes,
      deliveryMs: this.#deliveryMs,
      bufferAheadMs: last.bufferAheadMs,
      stalls: last.stalls,
      stalledMs: last.stalledMs,
      reportAgeMs: nowMs - last.atMs,
      isOutage: this.#isOutage,
      unackedForMs: demand.unackedForMs,
      ...(last.inFlightBytes === undefined ? {} : { inFlightBytes: last.inFlightBytes }),
      worsening: this.#worsening(nowMs),
    };
  }

  #minRttMs(nowMs: number): number {
    return this.#minRtt.at(nowMs) ?? this.#last?.minRttMs ?? 100;
  }

  /** Takes over what the lane counted since the report before; gives the packets newly found lost. */
  #countPackets(report: LaneReport): number {
    const { packetsResolved, packetsLost, acknowledgedBytes, utteranceSequence } = report;
    if (packetsResolved === undefined || packetsLost === undefined) {
      const lost = (report.lossPercent / 100) * reportedLossPackets;
      if (this.#reports % reportedLossPackets === 1)
        this.#noteLoss(reportedLossPackets - lost, lost, report.atMs);
      return 0;
    }
    const before =
      this.#counted.utteranceSequence === utteranceSequence
        ? this.#counted
        : { judged: 0, lost: 0, bytes: 0 };
    const lost = Math.max(0, packetsLost - before.lost);
    const arrived = Math.max(0, packetsResolved - before.judged - lost);
    this.#freshBytes += Math.max(0, (acknowledgedBytes ?? 0) - before.bytes);
    this.#counted = {
      utteranceSequence,
      judged: packetsResolved,
      lost: packetsLost,
      bytes: acknowledgedBytes ?? 0,
    };
    this.#noteLoss(arrived, lost, report.atMs);
    return lost;
  }

  #noteLoss(arrived: number, lost: number, nowMs: number): void {
    const change = this.#loss.add(Math.round(arrived), Math.round(lost), nowMs);
    if (change === 'worse') this.#raise('loss', nowMs);
    if (change === 'better') this.#signals.delete('loss');
  }

  #addRate(report: LaneReport, minRttMs: number): void {
    const rate = report.deliveryRateBytesPerSecond;
    if (rate <= 0) return;
    pushBounded(this.#rates, rate, rateSamples);
    this.#maxRate.add(rate, report.atMs);
    const hasDropped = this.#capacity.add({
      atMs: report.atMs,
      rateBytesPerSecond: rate,
      owdVariationMs: report.owdVariationMs,
      minRttMs,
      rateMaxBytesPerSecond: this.#maxRate.at(report.atMs) ?? 0,
    });
    if (hasDropped) this.#raise('rate', report.atMs);
  }

  #addDelay(report: LaneReport): boolean {
    const delayMs = Math.max(0, report.owdVariationMs);
    pushBounded(this.#jitter, delayMs, jitterSamples);
    pushBounded(this.#trend, { x: report.atMs / 1000, y: delayMs }, trendPoints);
    // What a report's echo took both ways shows a step of the round trip, which the one-way delay shows as well, and
    // a step of the way back, which it does not.
    const sampleMs = report.rttMs ?? delayMs + report.minRttMs;
    if (this.#delayChange.add(sampleMs)) this.#raise('delay', report.atMs);
    const isSuspicious = this.#delayAlarm.add(sampleMs);
    const span = (this.#trend.at(-1)?.x ?? 0) - (this.#trend[0]?.x ?? 0);
    if (isSuspicious && span > 0.3 && theilSenSlope(this.#trend) > steepTrend)
      this.#raise('delay', report.atMs);
    return isSuspicious;
  }

  #raise(signal: LinkSignal, nowMs: number): void {
    this.#signals.set(signal, nowMs + Math.max(signalMs, signalRtts * (this.#last?.smoothedRttMs ?? 0)));
  }

  #worsening(nowMs: number): LinkSignal[] {
    const signals: LinkSignal[] = [];
    for (const [signal, untilMs] of this.#signals) if (nowMs <= untilMs) signals.push(signal);
    return signals.sort();
  }
}
