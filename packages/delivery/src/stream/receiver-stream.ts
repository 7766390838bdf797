import type { Clock, Disposable, StreamSettings } from '@eloquence/plugin-api';
import { type ReportPacket, unwrapSerial } from '@eloquence/wire';
import type { AwakeClock } from '../receivers/awake-clock.js';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import { AcknowledgementProgress } from './acknowledgement-progress.js';
import type { OutgoingPacket } from '../utterance/packetizer.js';
import { type Arrivals, highestReported } from './arrivals.js';
import type { CongestionWindow } from './congestion-window.js';
import { LossDetector } from './loss-detector.js';
import { ProbeTimer } from './probe-timer.js';
import type { RecoveryTuning } from './recovery-tuning.js';
import { Redundancy } from './redundancy.js';
import { type LastReport, ReportedPlayout } from './reported-playout.js';
import { Retransmitter } from './retransmitter.js';
import { SendQueue } from './send-queue.js';
import { SentPacketMap } from './sent-packet-map.js';
import { StallAccount } from './stall-account.js';
import { type Outlet, type StreamCounters, Transmitter, type UtteranceTotals } from './transmitter.js';

export interface ReceiverStreamOptions {
  readonly peer: ReceiverPeer;
  readonly settings: StreamSettings;
  readonly clock: Clock;
  /** What acknowledgements are owed on. */
  readonly awake: AwakeClock;
  readonly outlet: Outlet;
  /** False over the channel's reliable messages: then nothing is sent twice. */
  readonly isRetransmitting: boolean;
  readonly tuning: RecoveryTuning;
  /** The packet with which it begins, if that is not the first of the utterance. */
  readonly first?: OutgoingPacket | undefined;
}

/**
 * One utterance on its way to one receiver, cut as RFC 9002 cuts loss recovery: packets wait in the send queue until the
 * congestion window lets them out, are kept in the sent-packet map until they are acknowledged, and are sent again when
 * the loss detector finds them lost or the probe timer expires.
 */
export class ReceiverStream implements Disposable {
  readonly peer: ReceiverPeer;
  readonly openedAtMs: number;
  readonly progress: AcknowledgementProgress;
  readonly stalls = new StallAccount();
  /** Audio that waited for it from the beginning since it came late, ms. */
  backlogMs = 0;
  readonly #options: ReceiverStreamOptions;
  readonly #queue = new SendQueue();
  readonly #packets: SentPacketMap;
  readonly #transmitter: Transmitter;
  readonly #retransmitter: Retransmitter;
  readonly #redundancy: Redundancy;
  readonly #losses: LossDetector;
  readonly #probe: ProbeTimer;
  readonly #playout: ReportedPlayout;
  #settings: StreamSettings;
  /** Set when no more packets follow. */
  #end: UtteranceTotals | undefined;
  #isEndSent = false;
  #isEndKnown = false;
  #endMs = 0;
  #isDisposed = false;

  constructor(options: ReceiverStreamOptions) {
    const { peer, clock, outlet, isRetransmitting, tuning, settings } = options;
    const { sequence = 0, firstFrame = 0, startMs = 0 } = options.first ?? {};
    this.#options = options;
    this.#packets = new SentPacketMap(sequence);
    this.#playout = new ReportedPlayout(sequence);
    this.progress = new AcknowledgementProgress(options.awake, startMs, firstFrame);
    this.peer = peer;
    this.openedAtMs = clock.nowMs();
    this.#settings = settings;
    this.#transmitter = new Transmitter(peer, outlet, !isRetransmitting);
    this.#retransmitter = new Retransmitter(this.#transmitter);
    this.#redundancy = new Redundancy(clock, this.#transmitter, tuning);
    this.#losses = new LossDetector(peer.rtt, tuning);
    this.#probe = new ProbeTimer({ clock, rtt: peer.rtt, tuning, onDidExpire: () => this.#probeExpired() });
  }

  get counters(): StreamCounters {
    return {
      packetsSent: this.#transmitter.packetsSent,
      sentBytes: this.#transmitter.sentBytes,
      packetsRetransmitted: this.#retransmitter.packetsRetransmitted,
      redundantPackets: this.#redundancy.redundantPackets,
      packetsResolved: this.#losses.packetsResolved,
      packetsLost: this.#losses.packetsLost,
      acknowledgedBytes: this.progress.bytes,
    };
  }

  /** Packets accepted and not yet sent for the first time. */
  get queuedPackets(): number {
    return this.#queue.length;
  }

  /** Where the audio begins that has not been sent yet, ms from the start of the utterance; undefined if all has. */
  get unsentFromMs(): number | undefined {
    return this.#queue.first?.startMs;
  }

  /** Audio that has not been sent yet, ms. */
  get queuedMs(): number {
    return this.#queue.durationMs;
  }

  /** Every packet handed over has arrived, and the receiver knows that there are no more. */
  get isComplete(): boolean {
    if (this.#end === undefined || !this.#isEndKnown || this.#playout.isContradicted) return false;
    return this.#queue.length === 0 && this.#packets.isEmpty;
  }

  /** Every frame before this one has been acknowledged; `Infinity` if all that were handed over have been. */
  get contiguousFrame(): number {
    return (this.#packets.oldest?.packet ?? this.#queue.first)?.firstFrame ?? Number.POSITIVE_INFINITY;
  }

  /** The latest report about this utterance, and when it came. */
  get lastReport(): LastReport | undefined {
    return this.#playout.last;
  }

  /** How long the receiver has owed an acknowledgement without giving any, ms; 0 if it owes none. */
  get unackedForMs(): number {
    const isOwing =
      !this.#packets.isEmpty || (this.#isEndSent && !this.#isEndKnown) || this.#playout.isContradicted;
    return isOwing ? this.progress.idleMs : 0;
  }

  applySettings(settings: StreamSettings): void {
    if (settings === this.#settings) return;
    this.#settings = settings;
    this.#redundancy.protect(settings.redundancy);
  }

  /** No more packets follow. */
  end(totals: UtteranceTotals): void {
    this.#end = totals;
    this.pump();
  }

  /**
   * Sends what the congestion window allows. Called again whenever that may have changed.
   *
   * @param next packet that follows those before
   */
  pump(next?: OutgoingPacket): void {
    if (next !== undefined) {
      this.#queue.add(next);
      this.#endMs = next.endMs;
    }
    if (this.#isDisposed || !this.#transmitter.isOpen) return;
    const window = this.#window();
    let hasSent = false;
    for (let packet = this.#queue.first; packet !== undefined; packet = this.#queue.first) {
      if (!window.admits(packet.bytes.length)) break;
      this.#queue.removeFirst();
      const nowMs = this.#nowMs();
      if (this.#packets.isEmpty) this.progress.note();
      const sent = this.#packets.add(packet, nowMs);
      window.noteSent(packet.bytes.length);
      this.#transmitter.transmit(packet, nowMs);
      if (this.#options.isRetransmitting) this.#redundancy.plan(sent, this.#settings.redundancy);
      hasSent = true;
    }
    if (this.#end !== undefined && !this.#isEndSent && this.#queue.length === 0) {
      this.#sendEndFirstTime();
      hasSent = true;
    }
    // A packet that must wait does not put off the probe: it may be the probe that makes room for it.
    // Nor does one that is sent into a silence that has lasted.
    const isSilent = this.#probe.isSilent(this.unackedForMs);
    if (!this.#probe.isArmed || (hasSent && !isSilent))
      this.#probe.arm(this.#acknowledgementExpectedMs(), this.unackedForMs);
  }

  /** @returns false if the report makes no sense, and changed nothing */
  handleReport(report: ReportPacket, nowMs: number): boolean {
    const nextSequence = unwrapSerial(report.nextSequence, this.#playout.nextSequence);
    const arrivals = { nextSequence, bitmapLow: report.bitmapLow, bitmapHigh: report.bitmapHigh };
    const highest = highestReported(arrivals);
    if (nextSequence < 0 || highest >= this.#packets.nextSequence) return false;
    if (this.#playout.take(report, nextSequence, nowMs)) this.progress.note();
    const bytesInFlight = this.peer.inFlightBytes;
    const acknowledgedBytes = this.#acknowledge(arrivals, highest);
    if (acknowledgedBytes > 0 || (report.isEndKnown && !this.#isEndKnown)) this.progress.note();
    if (report.isEndKnown) this.#isEndKnown = true;
    if (this.lastReport?.report === report) this.stalls.note(report, this.#isStarved(nowMs));
    this.#window().update(
      {
        acknowledgedBytes,
        inFlightBytes: bytesInFlight,
        deliveryRateBytesPerSecond: report.deliveryRateBytesPerSecond,
        owdVariationMs: report.owdVariationMs,
        minRttMs: this.peer.rtt.minMs,
      },
      this.#settings.window.cwndGain,
    );
    if (acknowledgedBytes > 0) this.#probe.noteAcknowledgement();
    this.#losses.noteReport(report, nowMs);
    // With END known, everything that is missing is missing for good, not merely behind.
    const below = report.isEndKnown ? Number.POSITIVE_INFINITY : highest;
    if (this.#options.isRetransmitting && this.#transmitter.isOpen) {
      const due = this.#losses.dueForRetransmission(this.#packets, arrivals, below, nowMs);
      this.#retransmitter.retransmit(due, nowMs);
    }
    if (this.isComplete && report.completedAgoMs !== undefined)
      this.progress.deliveredAtMs ??= nowMs - this.peer.rtt.minMs / 2 - report.completedAgoMs;
    this.#probe.disarm();
    this.pump();
    return true;
  }

  /** A report that came when nothing more was to be sent. */
  notePlayout(report: ReportPacket, nowMs: number): void {
    this.#playout.take(report, unwrapSerial(report.nextSequence, this.#playout.nextSequence), nowMs);
  }

  /** After a broken connection: what was in flight is taken for lost. */
  resume(): void {
    this.#retransmitter.retransmitAll(this.#packets, this.#nowMs());
    if (this.#isEndSent && !this.#isEndKnown) this.#sendEnd();
    this.#probe.noteAcknowledgement();
    this.progress.note();
    this.#probe.disarm();
    this.pump();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (!this.#packets.isEmpty) this.#window().release(this.#packets.bytesInFlight);
    this.#probe.dispose();
    this.#redundancy.dispose();
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }

  /** Nothing that the source has given is on its way for longer than a round trip. */
  #isStarved(nowMs: number): boolean {
    if (this.#end !== undefined || this.#queue.length > 0) return false;
    return this.#packets.isAcknowledgedUpTo(nowMs - this.peer.rtt.smoothedMs);
  }

  #window(): CongestionWindow {
    return this.peer.window(this.#settings.window.initialPackets);
  }

  #sendEndFirstTime(): void {
    this.#isEndSent = true;
    if (this.#packets.isEmpty) this.progress.note();
    this.#sendEnd();
    if (!this.#options.isRetransmitting) return;
    const lossPercent = this.lastReport?.report.lossPercent ?? 0;
    this.#redundancy.planTail(this.#packets, lossPercent, this.#settings.redundancy);
  }

  #sendEnd(): void {
    if (this.#end !== undefined) this.#transmitter.transmitEnd(this.#end, this.#nowMs());
  }

  #acknowledge(arrivals: Arrivals, highest: number): number {
    let bytes = 0;
    for (const sent of this.#packets.acknowledge(arrivals, highest)) {
      this.#losses.noteAcknowledged(sent);
      this.progress.add(sent.packet);
      bytes += sent.packet.bytes.length;
    }
    this.#window().release(bytes);
    const contiguous = this.#packets.oldest?.packet ?? this.#queue.first;
    this.progress.noteContiguous(contiguous?.startMs ?? this.#endMs);
    return bytes;
  }

  /** How long the receiver's next answer may take, ms; undefined if it owes none, or none would be acted on. */
  #acknowledgementExpectedMs(): number | undefined {
    if (this.#isDisposed || !this.#options.isRetransmitting || this.isComplete) return undefined;
    const isTailOpen = this.#end !== undefined && this.#queue.length === 0;
    if (this.#packets.isEmpty && !isTailOpen) return undefined;
    const isAnsweredAtOnce = isTailOpen || this.lastReport === undefined;
    return this.peer.rtt.probeAfterMs + (isAnsweredAtOnce ? 0 : this.#settings.reportIntervalMs);
  }

  /** Sends the oldest missing packet, or END, again. */
  #probeExpired(): void {
    if (this.#acknowledgementExpectedMs() === undefined) return;
    if (this.#transmitter.isOpen) {
      const nowMs = this.#nowMs();
      const { oldest } = this.#packets;
      const dueMs = Math.min(this.peer.rtt.smoothedMs, this.#probe.longestWaitMs);
      if (oldest && nowMs - oldest.lastSentAtMs >= dueMs)
        this.#retransmitter.retransmitUnheard(oldest, nowMs);
      if (this.#isEndSent && !this.#isEndKnown) this.#sendEnd();
      this.#probe.noteProbe();
    }
    this.#probe.arm(this.#acknowledgementExpectedMs(), this.unackedForMs);
  }
}
