import { type Deferred, createDeferred } from '@eloquence/base';
import {
  type Disposable,
  Emitter,
  EloquenceError,
  type FrameBatch,
  type LaneCounters,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type LaneUtteranceOptions,
  type StreamSettings,
  type WordTiming,
} from '@eloquence/plugin-api';
import { type ReportPacket, encodeEndPacket } from '@eloquence/wire';
import type { DataLanePort } from '../lanes/data-lane-port.js';
import { connectionLost, noReceiver, undelivered } from '../lanes/lane-errors.js';
import { OwnedTimers } from '../owned-timers.js';
import { Packetizer } from './packetizer.js';
import {
  ReceiverStream,
  type ReceiverStreamCounters,
  type ReceiverStreamPort,
} from '../stream/receiver-stream.js';
import { receiverFault } from './receiver-fault.js';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import { sumCounters } from './sum-counters.js';
import { UtterancePlayout } from './utterance-playout.js';
import { WordsSender } from './words-sender.js';

/** Least time between a stop and the word to receivers to forget it, ms: their playout may be behind the estimate. */
const stopMarginMs = 2000;
const checkIntervalMs = 500;
/**
 * Who joins anew needs this long until its data channels are open, ms: some 2 s on a local network. Until then it hears
 * no audio track either.
 */
const rejoinMs = 4000;
/** Audio that may wait for one receiver while another takes more, ms. */
const maxBacklogMs = 30_000;
/** Packets that may wait for credit before the writer is held back. */
const maxWaitingPackets = 2;
/** A receiver that claims to hold less than this is not believed: it would hold up everybody, ms. */
const leastBufferMs = 100;

/**
 * When packets with words are sent again, ms: three attempts on the lossy channel arrive sooner than a reliable one
 * waits before its first repeat, and hold up nothing.
 */
const wordsAgainMs: readonly number[] = [60, 180];

/** One utterance on the data lane: packs batches and fans them out, one stream a receiver. */
export class DataUtterance implements LaneUtterance, Disposable {
  readonly #port: DataLanePort;
  readonly #packetizer: Packetizer;
  readonly #streams = new Map<string, ReceiverStream>();
  /** Receivers that were given up: their counts still belong to the utterance. */
  readonly #dropped: ReceiverStream[] = [];
  /** Receivers that have everything and fell silent: taken to have played it. */
  readonly #presumed = new Set<ReceiverStream>();
  #error: EloquenceError | undefined;
  readonly #timers: OwnedTimers;
  readonly #onDidStartPlayout = new Emitter<{ readonly atMs: number }>();
  readonly #delivered = createDeferred<LaneUtteranceEnd>();
  readonly #played = createDeferred<LaneUtteranceEnd>();
  readonly #words: WordsSender;
  #settings: StreamSettings;
  #waiter: Deferred<void> | undefined;
  #leadTimer: Disposable | undefined;
  #payloadBytes = 0;
  #sampleCount: number | undefined;
  #deliveredAtMs: number | undefined;
  #playoutStartedAtMs: number | undefined;
  #isDelivered = false;
  #isOver = false;
  #isStopped = false;
  #finalCounters: LaneCounters | undefined;

  readonly onDidStartPlayout = this.#onDidStartPlayout.event;
  readonly delivered = this.#delivered.promise;
  readonly played = this.#played.promise;
  /** How far its receivers are with it. */
  readonly playout: UtterancePlayout;

  constructor(
    readonly generation: number,
    options: LaneUtteranceOptions,
    peers: Iterable<ReceiverPeer>,
    port: DataLanePort,
  ) {
    this.#port = port;
    this.#timers = new OwnedTimers(port.clock);
    this.#settings = options.settings;
    this.playout = new UtterancePlayout({
      clock: port.clock,
      streams: this.#streams,
      backlogMs: () => port.backlogMs(generation),
    });
    this.#packetizer = new Packetizer(port.channel, generation, port.maxPacketBytes);
    const { channel, maxPacketBytes } = port;
    this.#words = new WordsSender({
      ...{ channel, generation, maxPacketBytes },
      send: (packet) => this.#sendWords(packet),
    });
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
    return this.playout.leadMs;
  }

  /** The longest that a receiver has owed an acknowledgement, ms; 0 while the connection itself is being restored. */
  get owedMs(): number {
    if (this.#isOver || !this.#port.isOpen()) return 0;
    const nowMs = this.#port.clock.nowMs();
    let longest = 0;
    for (const stream of this.#streams.values()) longest = Math.max(longest, stream.owedMs(nowMs));
    return longest;
  }

  /**
   * How long no receiver has answered although all owe an answer, ms: the least over the receivers, since as long as
   * one answers the lane is not dead. 0 while the connection itself is being restored, and while a receiver that joined
   * anew cannot answer yet.
   */
  get unansweredMs(): number {
    if (this.#isOver || !this.#port.isOpen() || this.#streams.size === 0) return 0;
    const nowMs = this.#port.clock.nowMs();
    let leastMs = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams.values())
      leastMs = Math.min(
        leastMs,
        stream.owedMs(nowMs),
        nowMs - stream.peer.lastHeardAtMs,
        nowMs - stream.peer.rejoinedAtMs - rejoinMs,
      );
    return Math.max(0, leastMs);
  }

  /** Smoothed round-trip time of the slowest receiver, ms. */
  get rttMs(): number {
    let rttMs = 0;
    for (const { peer } of this.#streams.values()) rttMs = Math.max(rttMs, peer.rtt.smoothedMs);
    return rttMs;
  }

  /** Sends nothing more, and lets receivers play what they hold: another lane goes on. */
  stop(frame: number): void {
    if (this.#isOver) return;
    const remainingMs = this.playout.remainingMs(frame);
    this.#isStopped = true;
    this.#finish('cancelled');
    this.#port.onDidStop(this.generation, remainingMs + stopMarginMs);
  }

  /** Nothing more is heard of receivers that have everything: taken for played. */
  presumePlayed(): void {
    if (this.#isDelivered) this.#finish('complete');
  }

  /** What is counted of the way to one receiver. */
  streamCounters(peer: ReceiverPeer): Readonly<ReceiverStreamCounters> | undefined {
    return this.#streams.get(peer.identity)?.counters;
  }

  /** Audio sent and not yet played, ms; 0 once over. */
  get unplayedMs(): number {
    return this.#isOver ? 0 : this.leadMs;
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
    this.playout.add(packet);
    this.#payloadBytes += packet.payloadBytes;
    for (const stream of this.#streams.values()) stream.offer(packet);
    if (this.#streams.size > 1) this.#dropStragglers();
  }

  writeWords(words: readonly WordTiming[]): void {
    if (!this.#isOver && this.#wordReaders().length > 0) this.#words.add(words);
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
    if (this.#isOver && !this.#isStopped) return;
    this.#isStopped = false;
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
    this.#port.onDidDropReceiver(this.#packetizer.frameCount - stream.acknowledgedFrames);
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

  #openStream(peer: ReceiverPeer): ReceiverStream {
    const port = this.#port;
    const streamPort: ReceiverStreamPort = {
      clock: port.clock,
      isOpen: () => port.isOpen(),
      send: (bytes) => port.send(bytes, peer, !port.isRepeating),
      sendEnd: () => this.#sendEnd(peer),
      onDidProgress: () => this.#wake(),
    };
    return new ReceiverStream(peer, this.#settings, port.isRepeating, streamPort, port.recoveryTuning);
  }

  /** Receivers that want words: for nobody, none are packed. */
  #wordReaders(): ReceiverPeer[] {
    return [...this.#streams.values()]
      .map(({ peer }) => peer)
      .filter(({ hello }) => hello.wantsWords === true);
  }

  #sendWords(packet: Uint8Array): void {
    for (const peer of this.#wordReaders()) {
      this.#port.send(packet, peer, !this.#port.isRepeating);
      if (!this.#port.isRepeating) continue;
      for (const delayMs of wordsAgainMs)
        this.#timers.after(delayMs, () => this.#port.send(packet, peer, false));
    }
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
    const isPlayed = (stream: ReceiverStream): boolean =>
      stream.lastReport?.report.playout === 'finished' || this.#presumed.has(stream);
    if (streams.every(isPlayed)) this.#finish('complete');
  }

  /** The writer follows the fastest receiver: what waits for the others must not grow without end. */
  #dropStragglers(): void {
    for (const stream of [...this.#streams.values()]) {
      if (stream.backlogMs <= maxBacklogMs || this.#streams.size === 1) continue;
      const what = `is ${Math.round(stream.backlogMs)} ms behind the fastest receiver`;
      this.dropPeer(stream.peer.identity, undelivered(stream, this.#packetizer.frameCount, what));
    }
  }

  /** Runs while the utterance lasts: finds receivers that fell silent, and keeps the others talking. */
  #check(): void {
    if (this.#isOver) return;
    const nowMs = this.#port.clock.nowMs();
    if (this.#port.isOpen()) {
      for (const stream of [...this.#streams.values()]) {
        // It has everything: nobody can tell whether it plays, but nothing is left to be done for it.
        if (stream.isComplete && nowMs - stream.peer.lastHeardAtMs > this.#port.silenceLimitMs) {
          if (this.playout.remainingMs() === 0) this.#presumed.add(stream);
          continue;
        }
        const fault = receiverFault(stream, nowMs, this.#port.silenceLimitMs, this.playout.hasBegun);
        if (fault !== undefined)
          this.dropPeer(stream.peer.identity, undelivered(stream, this.#packetizer.frameCount, fault));
        else if (nowMs - stream.peer.lastHeardAtMs > 2 * checkIntervalMs) this.#port.ping(stream.peer);
      }
    }
    this.#progress();
    if (this.#isOver) return;
    this.#timers.after(checkIntervalMs, () => this.#check());
  }

  #result(outcome: LaneUtteranceEnd['outcome'], error?: EloquenceError): LaneUtteranceEnd {
    return { outcome, counters: this.#counters(), ...(error ? { error } : {}) };
  }

  #counters(): LaneCounters {
    if (this.#finalCounters) return this.#finalCounters;
    return sumCounters([...this.#streams.values(), ...this.#dropped], {
      framesSent: this.#packetizer.frameCount,
      droppedReceivers: this.#dropped.length,
      payloadBytes: this.#payloadBytes,
      deliveredAtMs: this.#deliveredAtMs,
      playoutStartedAtMs: this.#playoutStartedAtMs,
    });
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
