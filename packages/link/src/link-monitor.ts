import type { AckTimeoutSettings, LaneReport, LinkEvent, LinkState } from '@eloquence/plugin-api';
import { type ProbeAnswer, ReceiverLink, type ReportFindings, type StreamDemand } from './receiver-link.js';
import type { RttEstimator } from './rtt-estimator.js';

const maxReceivers = 64;
/** A receiver that has said nothing for so long is forgotten, ms. */
const forgetAfterMs = 300_000;

/** RFC 6298 with its defaults, unless a policy says otherwise. */
const rfc6298: AckTimeoutSettings = { rttVariations: 4, unknownMs: 300, signalTimeouts: 2 };

const nothing: ReportFindings = { isSuspicious: false, newLosses: 0, lossPercentBefore: 0 };

/** A receiver that is there, whether or not it has reported. */
export interface PresentReceiver {
  /** As reports name it. */
  readonly receiver: string;
  readonly rtt: RttEstimator;
  readonly attributes: LinkState['attributes'];
}

/** The links of a session's receivers. Outlives utterances: what is known of a link serves the next one. */
export class LinkMonitor {
  readonly #links = new Map<string, { readonly link: ReceiverLink; lastAtMs: number }>();
  ackTimeout = rfc6298;
  #utteranceSequence: number | undefined;
  #stalls = 0;

  /** Takes a report of the utterance that was opened last; gives what it brought to light. */
  add(report: LaneReport): LinkEvent {
    const { isSuspicious, newLosses, lossPercentBefore } = this.#linkTo(report)?.add(report) ?? nothing;
    const newStalls = this.#countStalls(report);
    const { receiver, atMs } = report;
    return {
      ...{ receivers: [receiver], atMs, source: 'report' },
      ...{ isAlarm: isSuspicious, newLosses, lossPercentBefore, newStalls },
    };
  }

  addProbe(answer: ProbeAnswer): LinkEvent {
    const { newLosses, lossPercentBefore } = this.#linkTo(answer)?.addProbe(answer) ?? nothing;
    return {
      ...{ receivers: [answer.receiver], atMs: answer.atMs, source: 'probe' },
      ...{ isAlarm: false, newLosses, lossPercentBefore, newStalls: 0 },
    };
  }

  /** How long an acknowledgement may be owed before it counts as missed, ms: at the slowest link. */
  missedAfterMs(reportIntervalMs: number): number {
    let limitMs = 0;
    for (const { link } of this.#links.values())
      limitMs = Math.max(limitMs, link.missedAfterMs(reportIntervalMs, this.ackTimeout));
    return limitMs || this.ackTimeout.unknownMs + reportIntervalMs;
  }

  /** An acknowledgement is overdue, at the receivers that have not reported for that long. */
  noteSilence(nowMs: number, unackedForMs: number, reportIntervalMs: number): LinkEvent {
    const receivers: string[] = [];
    for (const [receiver, { link, lastAtMs }] of this.#links) {
      if (nowMs - lastAtMs < unackedForMs / 2) continue;
      const missedAfterMs = link.missedAfterMs(reportIntervalMs, this.ackTimeout);
      link.noteSilence(nowMs, unackedForMs > this.ackTimeout.signalTimeouts * missedAfterMs);
      receivers.push(receiver);
    }
    return {
      ...{ receivers, atMs: nowMs, source: 'ack-timeout' },
      ...{ isAlarm: false, newLosses: 0, lossPercentBefore: 0, newStalls: 0 },
    };
  }

  startEvidence(): void {
    for (const { link } of this.#links.values()) link.startEvidence();
  }

  /** The links of these receivers: first those that have reported, in the order of their first reports. */
  states(nowMs: number, demand: StreamDemand, present: Iterable<PresentReceiver>): LinkState[] {
    const unreported = new Map([...present].map((receiver) => [receiver.receiver, receiver]));
    const all: LinkState[] = [];
    for (const [identity, { link }] of this.#links) {
      const receiver = unreported.get(identity);
      const state = receiver && link.state(nowMs, demand, receiver.attributes);
      if (state === undefined) continue;
      all.push(state);
      unreported.delete(identity);
    }
    for (const receiver of unreported.values()) all.push(unreportedState(receiver, nowMs, demand));
    return all;
  }

  /** Of the utterance, at the receiver that stalled most. */
  #countStalls({ utteranceSequence, playout, stalls }: LaneReport): number {
    if (utteranceSequence !== this.#utteranceSequence) this.#stalls = 0;
    this.#utteranceSequence = utteranceSequence;
    const newStalls = playout === 'finished' ? 0 : Math.max(0, stalls - this.#stalls);
    this.#stalls += newStalls;
    return newStalls;
  }

  #linkTo({ receiver, atMs }: Pick<LaneReport, 'receiver' | 'atMs'>): ReceiverLink | undefined {
    let entry = this.#links.get(receiver);
    if (entry === undefined) {
      this.#forgetSilent(atMs);
      if (this.#links.size >= maxReceivers) return undefined;
      entry = { link: new ReceiverLink(receiver), lastAtMs: atMs };
      this.#links.set(receiver, entry);
    }
    entry.lastAtMs = atMs;
    return entry.link;
  }

  #forgetSilent(nowMs: number): void {
    for (const [identity, { lastAtMs }] of this.#links)
      if (nowMs - lastAtMs > forgetAfterMs) this.#links.delete(identity);
  }
}

/** Nothing but the least round trip is known, and that may be a default. */
function unreportedState(receiver: PresentReceiver, nowMs: number, demand: StreamDemand): LinkState {
  const rttMs = receiver.rtt.minMs;
  return {
    receiver: receiver.receiver,
    attributes: receiver.attributes,
    atMs: nowMs,
    reports: 0,
    smoothedRttMs: rttMs,
    rttVariationMs: rttMs / 2,
    minRttMs: rttMs,
    owdVariationMs: 0,
    isQueueing: false,
    owdTrendMsPerSecond: 0,
    pdvP95Ms: 0,
    lossPercent: 0,
    lossPackets: 0,
    burstMs: 0,
    rateP20BytesPerSecond: 0,
    rateMaxBytesPerSecond: 0,
    requiredBytesPerSecond: demand.requiredBytesPerSecond,
    batchBytes: demand.batchBytes,
    freshBytes: 0,
    deliveryMs: rttMs / 2,
    bufferAheadMs: 0,
    stalls: 0,
    stalledMs: 0,
    reportAgeMs: 0,
    isOutage: false,
    unackedForMs: demand.unackedForMs,
    worsening: [],
  };
}
