import {
  type Clock,
  type Deferred,
  type Disposable,
  DisposableStore,
  Emitter,
  EloquenceError,
  createDeferred,
  type FrameBatch,
  type LaneCounters,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type LaneUtteranceOptions,
  type StreamSettings,
} from '@eloquence/plugin-api';
import { type ReportPacket, encodeEndPacket } from '@eloquence/wire';
import { Packetizer } from './packetizer.js';
import { PeerStream, type PeerStreamCounters } from './peer-stream.js';
import { FrameTimeline, estimatePlayheadMs } from './playhead-estimate.js';
import type { ReceiverPeer } from './receiver-peer.js';

/** What an utterance needs from its lane. */
export interface DataLanePort {
  readonly clock: Clock;
  readonly channel: number;
  readonly maxPacketBytes: number;
  readonly isRepeating: boolean;
  /** Longest silence of a receiver that owes an answer, ms. */
  readonly silenceLimitMs: number;
  isOpen(): boolean;
  /** The connection will not come back. */
  isClosed(): boolean;
  send(bytes: Uint8Array, peer: ReceiverPeer, isReliable: boolean): void;
  ping(peer: ReceiverPeer): void;
  /** Tells every receiver to discard this utterance and all before it. */
  flush(generation: number): void;
  /** Audio of earlier utterances that is still to be played, ms. */
  backlogMs(generation: number): number;
  /** A receiver was given up; the utterance goes on for the others. */
  onDidDropReceiver(error: EloquenceError): void;
  /** The utterance is over on this lane: nothing more will be sent or expected. */
  onDidEnd(utterance: DataLaneUtterance, outcome: LaneUtteranceEnd['outcome']): void;
}

const checkIntervalMs = 500;
/** Packets that may wait for credit before the writer is held back. */
const maxWaitingPackets = 2;
/** A receiver that claims to hold less than this is not believed: it would hold up everybody, ms. */
const leastBufferMs = 100;

/** One utterance on the data lane: packs batches and fans them out, one stream a receiver. */
export class DataLaneUtterance implements LaneUtterance, Disposable {
  readonly #port: DataLanePort;
  readonly #packetizer: Packetizer;
  readonly #timeline = new FrameTimeline();
  readonly #streams = new Map<string, PeerStream>();
  /** Receivers that were given up: their counts still belong to the utterance. */
  readonly #dropped: PeerStream[] = [];
  #error: EloquenceError | undefined;
  readonly #timers = new DisposableStore();
  readonly #onDidStartPlayout = new Emitter<{ readonly atMs: number }>();
  readonly #delivered = createDeferred<LaneUtteranceEnd>();
  readonly #played = createDeferred<LaneUtteranceEnd>();
  #settings: StreamSettings;
  #waiter: Deferred<void> | undefined;
  #leadTimer: Disposable | undefined;
  #firstSentAtMs: number | undefined;
  #payloadBytes = 0;
  #sampleCount: number | undefined;
  #deliveredAtMs: number | undefined;
  #playoutStartedAtMs: number | undefined;
  #isDelivered = false;
  #isOver = false;
  #finalCounters: LaneCounters | undefined;

  readonly onDidStartPlayout = this.#onDidStartPlayout.event;
  readonly delivered = this.#delivered.promise;
  readonly played = this.#played.promise;

  constructor(
    readonly generation: number,
    options: LaneUtteranceOptions,
    peers: Iterable<ReceiverPeer>,
    port: DataLanePort,
  ) {
    this.#port = port;
    this.#settings = options.settings;
    this.#packetizer = new Packetizer(port.channel, generation, port.maxPacketBytes);
    for (const peer of peers) this.#streams.set(peer.identity, this.#openStream(peer));
    if (port.isClosed()) {
      this.#finish('failed', connectionLost());
      return;
    }
    if (this.#streams.size === 0) {
      this.#finish('failed', noReceiver());
      return;
    }
    this.#check();
  }

  /** Nothing more will be sent or expected. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get leadMs(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams.values()) least = Math.min(least, this.#leadOf(stream));
    return Number.isFinite(least) ? least : 0;
  }

  /** The longest that a receiver has owed an acknowledgement, ms; 0 while the connection itself is being restored. */
  get owedMs(): number {
    if (this.#isOver || !this.#port.isOpen()) return 0;
    const nowMs = this.#port.clock.nowMs();
    let longest = 0;
    for (const stream of this.#streams.values()) longest = Math.max(longest, stream.owedMs(nowMs));
    return longest;
  }

  /** What is counted of the way to one receiver. */
  streamCounters(peer: ReceiverPeer): Readonly<PeerStreamCounters> | undefined {
    return this.#streams.get(peer.identity)?.counters;
  }

  /** Audio sent and not yet played, ms; 0 once over. */
  get unplayedMs(): number {
    return this.#isOver ? 0 : Math.max(0, this.leadMs);
  }

  ready(): Promise<void> {
    const error = this.#endError();
    if (error) return Promise.reject(error);
    if (this.#isReady()) return Promise.resolve();
    this.#waiter ??= createDeferred<void>();
    return this.#waiter.promise;
  }

  writeFrames(batch: FrameBatch): void {
    if (this.#isOver) return;
    const packet = this.#packetizer.pack(batch.frames, this.#settings);
    this.#timeline.add(packet);
    this.#payloadBytes += packet.payloadBytes;
    this.#firstSentAtMs ??= this.#port.clock.nowMs();
    for (const stream of this.#streams.values()) stream.offer(packet);
  }

  writePcm(): Promise<void> {
    return Promise.reject(
      new EloquenceError('LANE_UNAVAILABLE', 'The data lane takes encoded frames, not PCM.'),
    );
  }

  applySettings(settings: StreamSettings): void {
    this.#settings = settings;
    for (const stream of this.#streams.values()) stream.applySettings(settings);
  }

  end(sampleCount: number): void {
    if (this.#isOver || this.#sampleCount !== undefined) return;
    this.#sampleCount = sampleCount;
    for (const stream of this.#streams.values()) stream.end();
    this.#progress();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#finish('cancelled');
    this.#port.flush(this.generation);
  }

  /** A report about this utterance. False if it makes no sense. */
  handleReport(peer: ReceiverPeer, report: ReportPacket, nowMs: number): boolean {
    const stream = this.#streams.get(peer.identity);
    if (stream === undefined || !stream.handleReport(report, nowMs)) return false;
    if (report.startedAgoMs !== undefined && this.#playoutStartedAtMs === undefined) {
      this.#playoutStartedAtMs = nowMs - peer.rtt.minMs / 2 - report.startedAgoMs;
      this.#onDidStartPlayout.fire({ atMs: this.#playoutStartedAtMs });
    }
    if (stream.isComplete && report.completedAgoMs !== undefined) {
      const atMs = nowMs - peer.rtt.minMs / 2 - report.completedAgoMs;
      this.#deliveredAtMs = Math.max(this.#deliveredAtMs ?? 0, atMs);
    }
    this.#progress();
    return true;
  }

  /** This receiver gets nothing more. */
  dropPeer(identity: string, error: EloquenceError): void {
    const stream = this.#streams.get(identity);
    if (stream === undefined || this.#isOver) return;
    stream.dispose();
    this.#streams.delete(identity);
    this.#dropped.push(stream);
    this.#port.onDidDropReceiver(error);
    if (this.#streams.size === 0) {
      this.#finish('failed', error);
      return;
    }
    this.#progress();
    this.#wake();
  }

  /** The connection is back. */
  resume(): void {
    for (const stream of this.#streams.values()) stream.resume();
    this.#wake();
  }

  /** Another utterance gave back credit that this one may have waited for. */
  pump(): void {
    if (this.#isOver) return;
    for (const stream of this.#streams.values()) stream.pump();
    this.#wake();
  }

  /** A FLUSH for a later utterance ended this one as well. */
  endByFlush(): void {
    this.#finish('cancelled');
  }

  fail(error: EloquenceError): void {
    this.#finish('failed', error);
  }

  dispose(): void {
    this.#finish('cancelled');
  }

  #openStream(peer: ReceiverPeer): PeerStream {
    const port = this.#port;
    return new PeerStream(peer, this.#settings, port.isRepeating, {
      clock: port.clock,
      isOpen: () => port.isOpen(),
      send: (bytes) => port.send(bytes, peer, !port.isRepeating),
      sendEnd: () => this.#sendEnd(peer),
      onDidProgress: () => this.#wake(),
    });
  }

  #sendEnd(peer: ReceiverPeer): void {
    const bytes = encodeEndPacket({
      type: 'end',
      channel: this.#port.channel,
      generation: this.generation,
      packetCount: this.#packetizer.packetCount,
      frameCount: this.#packetizer.frameCount,
      sampleCount: this.#sampleCount ?? 0,
      sendTimeMs: Math.round(this.#port.clock.nowMs()),
    });
    this.#port.send(bytes, peer, !this.#port.isRepeating);
  }

  #leadOf(stream: PeerStream): number {
    const playheadMs = estimatePlayheadMs(
      {
        nowMs: this.#port.clock.nowMs(),
        minRttMs: stream.peer.rtt.minMs,
        firstSentAtMs: this.#firstSentAtMs,
        lastReport: stream.lastReport,
      },
      this.#timeline,
    );
    return Math.max(0, this.#packetizer.durationMs - playheadMs);
  }

  #leadCapMs(): number {
    let capMs = this.#settings.leadCapMs;
    for (const stream of this.#streams.values())
      capMs = Math.min(capMs, Math.max(leastBufferMs, stream.peer.hello.bufferMs));
    return capMs;
  }

  /** The fastest receiver has room, and the lead is below its cap. */
  #isReady(): boolean {
    if (!this.#port.isOpen()) return false;
    let fewestWaiting = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams.values())
      fewestWaiting = Math.min(fewestWaiting, stream.waitingPackets);
    if (fewestWaiting >= maxWaitingPackets) return false;
    const excessMs = this.leadMs + this.#port.backlogMs(this.generation) - this.#leadCapMs();
    if (excessMs < 0) return true;
    this.#leadTimer?.dispose();
    this.#leadTimer = this.#port.clock.setTimer(() => this.#wake(), Math.max(5, excessMs));
    return false;
  }

  #wake(): void {
    if (this.#waiter === undefined || !this.#isReady()) return;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter.resolve();
  }

  #progress(): void {
    if (this.#isOver || this.#sampleCount === undefined) return;
    const streams = [...this.#streams.values()];
    if (!streams.every((stream) => stream.isComplete)) return;
    if (!this.#isDelivered) {
      this.#isDelivered = true;
      this.#deliveredAtMs ??= this.#port.clock.nowMs();
      this.#delivered.resolve(this.#result('complete'));
    }
    if (streams.every((stream) => stream.lastReport?.report.playout === 'finished')) this.#finish('complete');
  }

  /** Runs while the utterance lasts: finds receivers that fell silent, and keeps the others talking. */
  #check(): void {
    if (this.#isOver) return;
    const nowMs = this.#port.clock.nowMs();
    if (this.#port.isOpen()) {
      for (const stream of [...this.#streams.values()]) {
        const silentMs = nowMs - stream.peer.lastHeardAtMs;
        const owedMs = stream.owedMs(nowMs);
        if (this.#firstSentAtMs !== undefined && silentMs > this.#port.silenceLimitMs) {
          this.dropPeer(
            stream.peer.identity,
            undelivered(
              stream,
              this.#packetizer.frameCount,
              `has been silent for ${Math.round(silentMs)} ms`,
            ),
          );
        } else if (owedMs > this.#port.silenceLimitMs) {
          // It answers, but takes nothing: it is full and does not play, or something is broken.
          this.dropPeer(
            stream.peer.identity,
            undelivered(stream, this.#packetizer.frameCount, `took nothing for ${Math.round(owedMs)} ms`),
          );
        } else if (stream.contradictedMs(nowMs) > this.#port.silenceLimitMs) {
          // It came back under its name without what it had, and what it had is no longer here to send again.
          this.dropPeer(
            stream.peer.identity,
            undelivered(
              stream,
              this.#packetizer.frameCount,
              'has lost what it had, as if it had started anew',
            ),
          );
        } else if (silentMs > 2 * checkIntervalMs) {
          this.#port.ping(stream.peer);
        }
      }
    }
    if (this.#isOver) return;
    const timer: Disposable = this.#port.clock.setTimer(() => {
      this.#timers.delete(timer);
      this.#check();
    }, checkIntervalMs);
    this.#timers.add(timer);
  }

  #result(outcome: LaneUtteranceEnd['outcome'], error?: EloquenceError): LaneUtteranceEnd {
    return { outcome, counters: this.#counters(), ...(error ? { error } : {}) };
  }

  #counters(): LaneCounters {
    if (this.#finalCounters) return this.#finalCounters;
    const totals = { packetsSent: 0, packetsRepeated: 0, packetsCopied: 0, sentBytes: 0 };
    let framesAcknowledged = 0;
    let framesPlayed = 0;
    let stalls = 0;
    let stalledMs = 0;
    let concealedMs = 0;
    for (const stream of [...this.#streams.values(), ...this.#dropped]) {
      totals.packetsSent += stream.counters.packetsSent;
      totals.packetsRepeated += stream.counters.packetsRepeated;
      totals.packetsCopied += stream.counters.packetsCopied;
      totals.sentBytes += stream.counters.sentBytes;
      framesAcknowledged = Math.max(framesAcknowledged, stream.acknowledgedFrames);
      const report = stream.lastReport?.report;
      framesPlayed = Math.max(framesPlayed, report?.playheadFrame ?? 0);
      stalls = Math.max(stalls, report?.stalls ?? 0);
      stalledMs = Math.max(stalledMs, report?.stalledMs ?? 0);
      concealedMs = Math.max(concealedMs, report?.concealedMs ?? 0);
    }
    return {
      ...totals,
      framesSent: this.#packetizer.frameCount,
      framesAcknowledged,
      framesPlayed: Math.min(framesPlayed, this.#packetizer.frameCount),
      payloadBytes: this.#payloadBytes,
      stalls,
      stalledMs,
      concealedMs,
      ...(this.#deliveredAtMs === undefined ? {} : { deliveredAtMs: this.#deliveredAtMs }),
      ...(this.#playoutStartedAtMs === undefined ? {} : { playoutStartedAtMs: this.#playoutStartedAtMs }),
    };
  }

  #endError(): EloquenceError | undefined {
    if (!this.#isOver) return undefined;
    return this.#error ?? new EloquenceError('ABORTED', 'The utterance has ended.');
  }

  #finish(outcome: LaneUtteranceEnd['outcome'], error?: EloquenceError): void {
    if (this.#isOver) return;
    this.#error = error;
    this.#finalCounters = this.#counters();
    this.#isOver = true;
    this.#leadTimer?.dispose();
    this.#timers.dispose();
    for (const stream of this.#streams.values()) stream.dispose();
    const result = this.#result(outcome, error);
    this.#delivered.resolve(result);
    this.#played.resolve(result);
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(this.#endError());
    this.#port.onDidEnd(this, outcome);
    this.#onDidStartPlayout.dispose();
  }
}

function noReceiver(): EloquenceError {
  return new EloquenceError('NO_RECEIVER', 'Nobody in the room can receive the data lane.', {
    hint: 'Let a listener join that runs the Eloquence player or receiver, or use the media lane.',
  });
}

export function connectionLost(): EloquenceError {
  return new EloquenceError('CONNECTION_LOST', 'The connection to the room was lost and did not come back.', {
    hint: 'Connect again, and speak the utterance again from where it stopped.',
  });
}

function undelivered(stream: PeerStream, framesSent: number, what: string): EloquenceError {
  const missing = framesSent - stream.acknowledgedFrames;
  return new EloquenceError(
    'DELIVERY_INCOMPLETE',
    `Receiver '${stream.peer.identity}' ${what}; ${missing} of ${framesSent} frames are not known to have arrived.`,
    { value: missing, hint: "Check the receiver's connection; what is missing was not heard." },
  );
}
