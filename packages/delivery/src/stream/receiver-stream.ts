import type { Clock, Disposable, StreamSettings } from '@eloquence/plugin-api';
import { type ReportPacket, audioFlag, restampAudioPacket, unwrapSerial } from '@eloquence/wire';
import type { CongestionWindow } from './congestion-window.js';
import { OwnedTimers } from '../owned-timers.js';
import type { OutgoingPacket } from '../utterance/packetizer.js';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import { type RecoveryTuning, productionRecovery } from './recovery-tuning.js';
import {
  type SentPacket,
  highestReported,
  isReported,
  lastTold,
  latestArrivedSendTimeMs,
} from './sent-packet-map.js';
import { ProbeTimer } from './probe-timer.js';

/** What a stream needs from the lane it belongs to. */
export interface ReceiverStreamPort {
  readonly clock: Clock;
  /** False while the connection is being restored: nothing is sent then. */
  isOpen(): boolean;
  /** Sends bytes to this stream's receiver. Failures are the lane's to count. */
  send(bytes: Uint8Array): void;
  /** Sends the END packet to this stream's receiver. */
  sendEnd(): void;
  /** Something changed that may let the writer go on, or end the utterance. */
  onDidProgress(): void;
}

export interface ReceiverStreamCounters {
  packetsSent: number;
  packetsRepeated: number;
  packetsCopied: number;
  sentBytes: number;
  /** Packets of which it is known whether the first attempt arrived, and those where it did not. */
  packetsJudged: number;
  packetsLost: number;
  /** Audio payload acknowledged. */
  acknowledgedBytes: number;
}

/** What a report says has arrived, its sequence number unwrapped. */
interface Arrivals {
  readonly nextSequence: number;
  readonly bitmapLow: number;
  readonly bitmapHigh: number;
}

/** Packets may overtake each other by so much without one being taken for lost, ms. */
const reorderingMs = 10;

/**
 * One utterance on its way to one receiver: sends what the credit window allows, copies the first packets as the
 * profile says, repeats what the receiver reports missing, and probes when nothing is heard.
 *
 * With a reliable channel underneath (`isRepeating` false) it neither copies, repeats nor probes.
 */
export class ReceiverStream implements Disposable {
  readonly counters: ReceiverStreamCounters = {
    packetsSent: 0,
    packetsRepeated: 0,
    packetsCopied: 0,
    sentBytes: 0,
    packetsJudged: 0,
    packetsLost: 0,
    acknowledgedBytes: 0,
  };
  readonly #timers: OwnedTimers;
  readonly #probe: ProbeTimer;
  readonly #waiting: OutgoingPacket[] = [];
  /** Packets from the oldest unacknowledged one on; what lies before is forgotten. */
  #window: SentPacket[] = [];
  /** Sequence number of the first entry of the window: everything below has been acknowledged. */
  #base = 0;
  #acknowledgedFrames = 0;
  #nextSequence = 0;
  #inFlightBytes = 0;
  #isEnded = false;
  #isEndSent = false;
  #isEndKnown = false;
  #isDisposed = false;
  /** Packets that protection wants copied, beside those at the start. */
  #hedgesLeft = 0;
  /** Since when all reports have told less than those before them; undefined while they do not. */
  #contradictedSinceMs: number | undefined;
  /** When something was last acknowledged, or first became due to be. */
  #progressAtMs = 0;
  /** When the latest packet that is known to have arrived was sent. */
  #overtakenBeforeMs = Number.NEGATIVE_INFINITY;
  #lastReport: { report: ReportPacket; atMs: number } | undefined;

  constructor(
    readonly peer: ReceiverPeer,
    private settings: StreamSettings,
    private readonly isRepeating: boolean,
    private readonly port: ReceiverStreamPort,
    private readonly tuning: RecoveryTuning = productionRecovery,
  ) {
    this.#timers = new OwnedTimers(port.clock);
    this.#probe = new ProbeTimer({
      clock: port.clock,
      rtt: peer.rtt,
      tuning,
      answerExpectedMs: () => this.#answerExpectedMs(),
      owedMs: (nowMs) => this.owedMs(nowMs),
      ask: () => this.#askAgain(),
    });
  }

  /** Packets accepted and not yet sent for the first time. */
  get waitingPackets(): number {
    return this.#waiting.length;
  }

  /** The first of them. */
  get firstWaiting(): OutgoingPacket | undefined {
    return this.#waiting[0];
  }

  /** Audio that waits to be sent for the first time, ms. */
  get backlogMs(): number {
    const first = this.#waiting[0];
    return first === undefined ? 0 : this.#waiting.at(-1)!.endMs - first.startMs;
  }

  /** Every packet handed over has arrived, and the receiver knows that there are no more. */
  get isComplete(): boolean {
    const isAllThere = this.waitingPackets === 0 && this.#window.length === 0;
    return this.#isEnded && this.#isEndKnown && isAllThere && this.#contradictedSinceMs === undefined;
  }

  /** How long the receiver has denied what it had acknowledged before, ms; 0 if it does not. */
  contradictedMs(nowMs: number): number {
    return this.#contradictedSinceMs === undefined ? 0 : nowMs - this.#contradictedSinceMs;
  }

  get acknowledgedFrames(): number {
    return this.#acknowledgedFrames;
  }

  /** Every frame before this one has been acknowledged; `Infinity` if all that were handed over have been. */
  get contiguousFrame(): number {
    return (this.#window[0]?.packet ?? this.#waiting[0])?.firstFrame ?? Number.POSITIVE_INFINITY;
  }

  /** The latest report about this utterance, and when it came. */
  get lastReport(): { readonly report: ReportPacket; readonly atMs: number } | undefined {
    return this.#lastReport;
  }

  /** How long the receiver has owed an acknowledgement without giving any, ms; 0 if it owes none. */
  owedMs(nowMs: number): number {
    const isOwing = this.#window.length > 0 || (this.#isEndSent && !this.#isEndKnown);
    return isOwing ? nowMs - this.#progressAtMs : 0;
  }

  applySettings(settings: StreamSettings): void {
    if (settings === this.settings) return;
    this.settings = settings;
    this.#hedgesLeft = settings.redundancy.hedgedPackets ?? 0;
  }

  offer(packet: OutgoingPacket): void {
    this.#waiting.push(packet);
    this.pump();
  }

  /** No more packets follow. */
  end(): void {
    this.#isEnded = true;
    this.pump();
  }

  /** Sends what the window allows. Called again whenever that may have changed. */
  pump(): void {
    if (this.#isDisposed || !this.port.isOpen()) return;
    const limitBytes = this.#credit().bytes;
    let hasSent = false;
    for (let packet = this.#waiting[0]; packet !== undefined; packet = this.#waiting[0]) {
      // One packet always goes, or a packet larger than the window would wait for ever.
      if (this.peer.inFlightBytes > 0 && this.peer.inFlightBytes + packet.bytes.length > limitBytes) break;
      this.#waiting.shift();
      this.#sendFirstTime(packet);
      hasSent = true;
    }
    if (this.#isEnded && !this.#isEndSent && this.waitingPackets === 0) {
      this.#isEndSent = true;
      if (this.#window.length === 0) this.#progressAtMs = this.port.clock.nowMs();
      this.port.sendEnd();
      this.#copyTailSoon();
      hasSent = true;
    }
    // A packet that must wait does not put off the probe: it may be the probe that makes room for it.
    // Nor does one that is sent into a silence that has lasted.
    if (!this.#probe.isArmed || (hasSent && !this.#probe.isSilent)) this.#probe.arm();
  }

  handleReport(report: ReportPacket, nowMs: number): boolean {
    const nextSequence = unwrapSerial(report.nextSequence, this.#nextSequence);
    const unwrapped = { nextSequence, bitmapLow: report.bitmapLow, bitmapHigh: report.bitmapHigh };
    const highest = highestReported(unwrapped);
    if (nextSequence < 0 || highest >= this.#base + this.#window.length) return false;
    if (this.#isOutdated(report, nextSequence)) {
      if (this.#lastReport?.report.playout !== 'finished') this.#contradictedSinceMs ??= nowMs;
    } else {
      this.#contradictedSinceMs = undefined;
      this.#lastReport = { report, atMs: nowMs };
    }
    this.#nextSequence = Math.max(this.#nextSequence, nextSequence);
    const inFlightBefore = this.peer.inFlightBytes;
    const acknowledgedBytes = this.#acknowledge(unwrapped, highest);
    if (acknowledgedBytes > 0 || (report.isEndKnown && !this.#isEndKnown)) this.#progressAtMs = nowMs;
    if (report.isEndKnown) this.#isEndKnown = true;
    this.#credit().update(
      {
        acknowledgedBytes,
        inFlightBytes: inFlightBefore,
        deliveryRateBytesPerSecond: report.deliveryRateBytesPerSecond,
        owdVariationMs: report.owdVariationMs,
        minRttMs: this.peer.rtt.minMs,
      },
      this.settings.window.bandwidthDelayProducts,
    );
    if (acknowledgedBytes > 0) this.#probe.answered();
    this.#overtakenBeforeMs = Math.max(this.#overtakenBeforeMs, latestArrivedSendTimeMs(report, nowMs));
    // With END known, everything that is missing is missing for good, not merely behind.
    this.#repeatMissing(unwrapped, report.isEndKnown ? Infinity : highest, nowMs);
    this.#probe.disarm();
    this.pump();
    this.port.onDidProgress();
    return true;
  }

  /** After a broken connection: what was in flight is taken for lost. */
  resume(): void {
    const nowMs = this.port.clock.nowMs();
    for (const sent of this.#window) {
      if (sent.isAcknowledged) continue;
      sent.isHedged ||= !sent.isLost;
      this.#repeat(sent, nowMs);
    }
    if (this.#isEndSent && !this.#isEndKnown) this.port.sendEnd();
    this.#probe.answered();
    this.#progressAtMs = nowMs;
    this.#probe.disarm();
    this.pump();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.peer.inFlightBytes -= this.#inFlightBytes;
    this.#inFlightBytes = 0;
    this.#probe.dispose();
    this.#timers.dispose();
  }

  /** Reports can overtake each other, on two channels: one that is behind must not turn playout back. */
  #isOutdated(report: ReportPacket, nextSequence: number): boolean {
    const last = this.#lastReport?.report;
    if (last === undefined) return false;
    if (last.playout === 'finished' && report.playout !== 'finished') return true;
    return nextSequence < this.#nextSequence || report.playheadFrame < last.playheadFrame;
  }

  #credit(): CongestionWindow {
    return this.peer.window(this.settings.window.initialPackets);
  }

  #sendFirstTime(packet: OutgoingPacket): void {
    const nowMs = this.port.clock.nowMs();
    const sent: SentPacket = {
      packet,
      transmissions: 1,
      lastSentAtMs: nowMs,
      isAcknowledged: false,
      isHedged: false,
      isLost: false,
    };
    if (this.#window.length === 0) this.#progressAtMs = nowMs;
    this.#window.push(sent);
    this.#inFlightBytes += packet.bytes.length;
    this.peer.inFlightBytes += packet.bytes.length;
    this.#transmit(packet, 0, nowMs);
    const { copiedPackets, copyDelaysMs } = this.settings.redundancy;
    if (!this.isRepeating) return;
    if (packet.sequence >= copiedPackets) {
      if (this.#hedgesLeft <= 0) return;
      this.#hedgesLeft--;
    }
    for (const delayMs of copyDelaysMs) {
      this.#timers.after(delayMs, () => {
        if (!sent.isAcknowledged && this.port.isOpen()) this.#copy(sent);
      });
    }
  }

  /** On a lossy link with room for it: a copy of the tail now saves the round trip that a repeat would take. */
  #copyTailSoon(): void {
    const loss = this.#lastReport?.report.lossPercent ?? 0;
    const { copiedPackets, copiesTail = copiedPackets > 0 } = this.settings.redundancy;
    if (!this.isRepeating || !copiesTail || loss < this.tuning.tailCopyLossPercent) return;
    this.#timers.after(this.tuning.tailCopyDelayMs, () => {
      if (!this.port.isOpen()) return;
      for (const sent of this.#window) if (!sent.isAcknowledged && sent.transmissions === 1) this.#copy(sent);
    });
  }

  #copy(sent: SentPacket): void {
    this.counters.packetsCopied++;
    sent.isHedged = true;
    sent.transmissions++;
    sent.lastSentAtMs = this.port.clock.nowMs();
    this.#transmit(sent.packet, audioFlag.copy, sent.lastSentAtMs);
  }

  #repeat(sent: SentPacket, nowMs: number): void {
    this.counters.packetsRepeated++;
    sent.transmissions++;
    sent.lastSentAtMs = nowMs;
    this.#transmit(sent.packet, audioFlag.repeat, nowMs);
  }

  #transmit(packet: OutgoingPacket, extraFlags: number, nowMs: number): void {
    const bytes = packet.bytes.slice();
    restampAudioPacket(bytes, Math.round(nowMs), extraFlags);
    this.counters.packetsSent++;
    this.counters.sentBytes += bytes.length;
    this.port.send(bytes);
  }

  #acknowledge(report: Arrivals, highest: number): number {
    let bytes = 0;
    for (let sequence = this.#base; sequence <= highest; sequence++) {
      const sent = this.#window[sequence - this.#base]!;
      if (sent.isAcknowledged || !isReported(report, sequence)) continue;
      sent.isAcknowledged = true;
      if (!sent.isLost && !sent.isHedged) this.counters.packetsJudged++;
      this.counters.acknowledgedBytes += sent.packet.payloadBytes;
      this.#acknowledgedFrames += sent.packet.frameCount;
      bytes += sent.packet.bytes.length;
    }
    let done = 0;
    while (this.#window[done]?.isAcknowledged) done++;
    if (done > 0) this.#window = this.#window.slice(done);
    this.#base += done;
    this.#inFlightBytes -= bytes;
    this.peer.inFlightBytes -= bytes;
    return bytes;
  }

  /**
   * Repeats what is missing: at once what was sent only once and lies below something that arrived, since packets do
   * not overtake each other, and what was sent before something that arrived (RACK, RFC 8985 section 3.1); anything
   * else when its last transmission had the time to be reported. What a report cannot tell, beyond the end of its
   * bitmap, waits for the next one.
   */
  #repeatMissing(report: Arrivals, highest: number, nowMs: number): void {
    if (!this.isRepeating || !this.port.isOpen()) return;
    const { smoothedMs } = this.peer.rtt;
    const firstAfterMs = this.tuning.firstRepeatRtts * smoothedMs;
    const againAfterMs = this.tuning.repeatRtts * smoothedMs + this.tuning.repeatSlackMs;
    const last = Math.min(this.#base + this.#window.length - 1, lastTold(report));
    for (let sequence = this.#base; sequence <= last; sequence++) {
      const sent = this.#window[sequence - this.#base]!;
      if (sent.isAcknowledged || isReported(report, sequence)) continue;
      const isOvertaken = sent.lastSentAtMs < this.#overtakenBeforeMs - reorderingMs;
      const isBelow = sequence <= highest;
      if (!isOvertaken && !isBelow) continue;
      this.#noteLost(sent);
      const sinceMs = nowMs - sent.lastSentAtMs;
      const isFirst = sent.transmissions === 1;
      const isDue = isFirst ? sinceMs >= firstAfterMs : isOvertaken || sinceMs >= againAfterMs;
      if (isDue) this.#repeat(sent, nowMs);
    }
  }

  #noteLost(sent: SentPacket): void {
    if (sent.isLost || sent.isHedged) return;
    sent.isLost = true;
    this.counters.packetsJudged++;
    this.counters.packetsLost++;
  }

  /** How long the receiver's next answer may take, ms; undefined if it owes none, or none would be acted on. */
  #answerExpectedMs(): number | undefined {
    if (this.#isDisposed || !this.isRepeating || this.isComplete) return undefined;
    const hasInFlight = this.#window.length > 0;
    const isStartOpen = this.#lastReport === undefined && hasInFlight;
    const isTailOpen = this.#isEnded && this.waitingPackets === 0;
    if (!hasInFlight && !isTailOpen) return undefined;
    const isAnsweredAtOnce = isStartOpen || isTailOpen;
    return this.peer.rtt.probeAfterMs + (isAnsweredAtOnce ? 0 : this.settings.reportIntervalMs);
  }

  /** Sends the oldest missing packet, or END, again. */
  #askAgain(): boolean {
    if (!this.port.isOpen()) return false;
    const nowMs = this.port.clock.nowMs();
    const oldest = this.#window[0];
    const dueMs = Math.min(this.peer.rtt.smoothedMs, this.#probe.longestWaitMs);
    if (oldest && nowMs - oldest.lastSentAtMs >= dueMs) {
      oldest.isHedged ||= !oldest.isLost;
      this.#repeat(oldest, nowMs);
    }
    if (this.#isEndSent && !this.#isEndKnown) this.port.sendEnd();
    return true;
  }
}
