import {
  EloquenceError,
  type FrameBatch,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type LaneUtteranceOptions,
  type ReceiverSettings,
  type StreamSettings,
  type WordTiming,
} from '@eloquence/plugin-api';
import type { ReportPacket } from '@eloquence/wire';
import { connectionLost, noReceiver, undelivered } from '../lanes/lane-errors.js';
import { OwnedTimers } from '../owned-timers.js';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import { ReceiverStream, type ReceiverStreamCounters } from '../stream/receiver-stream.js';
import { Completion } from './completion.js';
import type { DataUtteranceContext, DataUtteranceEvent } from './data-utterance-context.js';
import { FanOut } from './fan-out.js';
import { HeardPositions } from './heard-positions.js';
import { Packetizer } from './packetizer.js';
import { PlayoutEstimate } from './playout-estimate.js';
import { ReceiverWatch, checkIntervalMs } from './receiver-watch.js';
import { UtteranceWriter } from './utterance-writer.js';
import { WordsSender } from './words-sender.js';

/** Least time between a stop and the word to receivers to forget it, ms: their playout may be behind the estimate. */
const stopMarginMs = 2000;

/**
 * When packets with words are sent again, ms: three attempts on the lossy channel arrive sooner than a reliable one
 * waits before its first retransmission, and hold up nothing.
 */
const wordsAgainMs: readonly number[] = [60, 180];

/** One utterance on the data lane: a writer that packs batches, a fan-out to the receivers, and its completion. */
export class DataUtterance implements LaneUtterance {
  /** How far its receivers are with it. */
  readonly playout: PlayoutEstimate;
  /** How far it was heard. */
  readonly heard: HeardPositions;
  readonly delivered: Promise<LaneUtteranceEnd>;
  readonly played: Promise<LaneUtteranceEnd>;
  readonly onDidStartPlayout: LaneUtterance['onDidStartPlayout'];
  readonly #context: DataUtteranceContext;
  readonly #onDidEvent: (event: DataUtteranceEvent) => void;
  readonly #fanOut: FanOut;
  readonly #writer: UtteranceWriter;
  readonly #completion: Completion;
  readonly #watch: ReceiverWatch;
  readonly #words: WordsSender;
  readonly #timers: OwnedTimers;
  #isStopped = false;

  /** @param utteranceSequence number of the utterance, 0–65535 */
  constructor(
    readonly utteranceSequence: number,
    { settings, receiverSettings }: LaneUtteranceOptions,
    peers: readonly ReceiverPeer[],
    context: DataUtteranceContext,
    onDidEvent: (event: DataUtteranceEvent) => void,
  ) {
    const { clock, outlet, channel, isRetransmitting, tuning } = context;
    const { maxPacketBytes } = outlet;
    this.#context = context;
    this.#onDidEvent = onDidEvent;
    this.#timers = new OwnedTimers(clock);
    this.#fanOut = new FanOut(
      peers.map((peer) => new ReceiverStream({ peer, settings, clock, outlet, isRetransmitting, tuning })),
    );
    this.#fanOut.applySettings(settings, receiverSettings);
    const backlogMs = (): number => context.backlogMs(utteranceSequence);
    this.playout = new PlayoutEstimate({ clock, streams: this.#fanOut.streams, backlogMs });
    this.#writer = new UtteranceWriter({
      ...{ clock, outlet, settings, backlogMs, fanOut: this.#fanOut, playout: this.playout },
      packetizer: new Packetizer(channel, utteranceSequence, maxPacketBytes),
    });
    this.#watch = new ReceiverWatch({
      ...{ outlet, fanOut: this.#fanOut, playout: this.playout },
      silenceLimitMs: context.silenceLimitMs,
    });
    this.#words = new WordsSender({
      ...{ channel, utteranceSequence, maxPacketBytes },
      send: (packet) => this.#sendWords(packet),
    });
    this.heard = new HeardPositions({ clock, outlet, fanOut: this.#fanOut, playout: this.playout });
    this.#completion = new Completion(this.#fanOut, this.#writer, this.heard);
    this.delivered = this.#completion.delivered;
    this.played = this.#completion.played;
    this.onDidStartPlayout = this.#completion.onDidStartPlayout;
    if (outlet.isClosed()) this.fail(connectionLost());
    else if (peers.length === 0) this.fail(noReceiver());
    else this.#check();
  }

  /** Nothing more will be sent or expected. */
  get isOver(): boolean {
    return this.#completion.isOver;
  }

  get settings(): StreamSettings {
    return this.#writer.settings;
  }

  get bufferAheadMs(): number {
    return this.playout.bufferAheadMs;
  }

  /** Audio sent and not yet played, ms; 0 once over. */
  get unplayedMs(): number {
    return this.isOver ? 0 : this.bufferAheadMs;
  }

  /** The longest that a receiver has owed an acknowledgement, ms; 0 while the connection itself is being restored. */
  get unackedForMs(): number {
    return this.#isAnswerable ? this.#fanOut.unackedForMs(this.#nowMs()) : 0;
  }

  /** How long no receiver has answered although all owe an answer, ms; 0 while the connection is being restored. */
  get unansweredMs(): number {
    return this.#isAnswerable ? this.#fanOut.unansweredForMs(this.#nowMs()) : 0;
  }

  /** Smoothed round-trip time of the slowest receiver, ms. */
  get rttMs(): number {
    return this.#fanOut.rttMs;
  }

  /** What is counted of the way to one receiver. */
  streamCounters(peer: ReceiverPeer): ReceiverStreamCounters | undefined {
    return this.#fanOut.streams.get(peer.receiver)?.counters;
  }

  ready(): Promise<void> {
    const { error } = this.#completion;
    return error === undefined ? this.#writer.ready() : Promise.reject(error);
  }

  writeFrames(batch: FrameBatch): void {
    if (this.isOver) return;
    const packet = this.#writer.pack(batch);
    for (const stream of this.#fanOut.streams.values()) stream.pump(packet);
    if (this.#fanOut.streams.size > 1) this.#giveUpWhere((stream) => this.#watch.checkQueue(stream));
  }

  writeWords(words: readonly WordTiming[]): void {
    if (!this.isOver && this.#wordReaders().length > 0) this.#words.add(words);
  }

  writePcm(): Promise<void> {
    return Promise.reject(
      new EloquenceError('LANE_UNAVAILABLE', 'The data lane takes encoded frames, not PCM.'),
    );
  }

  applySettings(settings: StreamSettings, receiverSettings?: readonly ReceiverSettings[]): void {
    this.#writer.applySettings(settings);
    this.#fanOut.applySettings(settings, receiverSettings);
  }

  end(sampleCount: number): void {
    if (this.isOver || this.#writer.isEnded) return;
    this.#fanOut.end(this.#writer.end(sampleCount));
    this.#progress();
  }

  cancel(): void {
    if (this.isOver && !this.#isStopped) return;
    this.#isStopped = false;
    this.#finish('cancelled');
    this.#onDidEvent({ type: 'cancelled' });
    this.heard.awaitAnswers();
  }

  /** Sends nothing more, and lets receivers play what they hold before `frame`: another lane goes on. */
  stop(frame: number): void {
    if (this.isOver) return;
    const remainingMs = this.playout.remainingMs(frame);
    this.#isStopped = true;
    this.#finish('cancelled');
    this.heard.playOutTo(frame, remainingMs);
    this.#onDidEvent({ type: 'stopped', playedAfterMs: remainingMs + stopMarginMs });
  }

  /** Nothing more is heard of receivers that have everything: taken for played. */
  presumePlayed(): void {
    if (this.#completion.isDelivered) this.#finish('complete');
  }

  /** A report about this utterance. False if it makes no sense. */
  handleReport(peer: ReceiverPeer, report: ReportPacket, nowMs: number): boolean {
    const stream = this.#fanOut.streams.get(peer.receiver);
    if (stream !== undefined && this.isOver) {
      this.heard.takeAnswer(stream, report, nowMs);
      return true;
    }
    if (stream === undefined || !stream.handleReport(report, nowMs)) return false;
    this.#writer.wake();
    this.#completion.noteReport(stream, report, nowMs);
    this.#progress();
    return true;
  }

  /** This receiver gets nothing more. */
  dropPeer({ receiver }: ReceiverPeer, error: EloquenceError): void {
    const stream = this.#fanOut.streams.get(receiver);
    if (stream === undefined || this.isOver) return;
    this.heard.noteDropped(stream);
    this.#fanOut.drop(stream);
    this.#onDidEvent({
      type: 'receiverDropped',
      frames: this.#writer.frameCount - stream.acknowledgedFrames,
    });
    if (this.#fanOut.streams.size === 0) {
      this.fail(error);
      return;
    }
    this.#progress();
    this.#writer.wake();
  }

  /** The connection is back. */
  resume(): void {
    this.#fanOut.resume();
    this.#writer.wake();
  }

  /** Another utterance gave back room in the congestion window that this one may have waited for. */
  pump(): void {
    if (this.isOver) return;
    this.#fanOut.pump();
    this.#writer.wake();
  }

  /** A FLUSH for a later utterance ended this one as well. */
  endByFlush(): void {
    this.#finish('cancelled');
    this.heard.awaitAnswers();
  }

  fail(error: EloquenceError): void {
    this.#finish('failed', error);
  }

  get #isAnswerable(): boolean {
    return !this.isOver && this.#context.outlet.isOpen();
  }

  #nowMs(): number {
    return this.#context.clock.nowMs();
  }

  /** Receivers that want words: for nobody, none are packed. */
  #wordReaders(): readonly ReceiverPeer[] {
    return this.#fanOut.peers.filter(({ hello }) => hello.wantsWords === true);
  }

  #sendWords(packet: Uint8Array): void {
    const { outlet, isRetransmitting } = this.#context;
    for (const peer of this.#wordReaders()) {
      outlet.send(packet, !isRetransmitting, peer);
      if (!isRetransmitting) continue;
      for (const delayMs of wordsAgainMs) this.#timers.after(delayMs, () => outlet.send(packet, false, peer));
    }
  }

  #progress(): void {
    if (this.isOver || !this.#writer.isEnded || !this.#fanOut.isComplete) return;
    this.#completion.noteDelivered(this.#nowMs());
    if (this.#fanOut.isPlayed) this.#finish('complete');
  }

  /** Gives up every receiver of which `findFault` tells a fault. */
  #giveUpWhere(findFault: (stream: ReceiverStream) => string | undefined): void {
    for (const stream of [...this.#fanOut.streams.values()]) {
      const fault = findFault(stream);
      if (fault === undefined) continue;
      this.dropPeer(stream.peer, undelivered(stream, this.#writer.frameCount, fault));
    }
  }

  /** Runs while the utterance lasts: finds receivers that fell silent, and keeps the others talking. */
  #check(): void {
    if (this.isOver) return;
    if (this.#context.outlet.isOpen())
      this.#giveUpWhere((stream) => this.#watch.check(stream, this.#nowMs()));
    this.#progress();
    if (!this.isOver) this.#timers.after(checkIntervalMs, () => this.#check());
  }

  #finish(outcome: LaneUtteranceEnd['outcome'], error?: EloquenceError): void {
    if (this.isOver) return;
    this.#completion.close(error);
    this.#writer.dispose();
    this.#timers.dispose();
    this.#fanOut.dispose();
    this.#completion.finish(outcome);
    this.#writer.fail(this.#completion.error);
    this.#onDidEvent({ type: 'ended', outcome });
    this.#completion.dispose();
  }
}
