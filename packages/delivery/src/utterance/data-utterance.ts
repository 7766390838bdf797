import {
  EloquenceError,
  type FrameBatch,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type ReceiverSettings,
  type StreamSettings,
  type WordTiming,
} from '@eloquence/plugin-api';
import type { ReportPacket } from '@eloquence/wire';
import { connectionLost, noReceiver, undelivered } from '../lanes/lane-errors.js';
import { OwnedTimers } from '../owned-timers.js';
import { type Abandoned, GiveUp, checkIntervalMs } from '../receivers/give-up.js';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import type { ReceiverJoin } from '../receivers/receivers.js';
import { ReceiverStream } from '../stream/receiver-stream.js';
import { Completion } from './completion.js';
import type {
  DataUtteranceContext,
  DataUtteranceEvent,
  DataUtteranceOptions,
} from './data-utterance-context.js';
import { FanOut } from './fan-out.js';
import { HeardPositions } from './heard-positions.js';
import { LateJoins } from './late-joins.js';
import { Packetizer } from './packetizer.js';
import { PlayoutEstimate } from './playout-estimate.js';
import { UtteranceWriter } from './utterance-writer.js';
import { WordsSender, sendWords } from './words-sender.js';

/** Least time between a stop and the word to receivers to forget it, ms: their playout may be behind the estimate. */
const stopMarginMs = 2000;

/** A receiver that was not heard for so long is asked whether it is there, ms. */
const pingAfterMs = 1000;

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
  readonly #giveUp: GiveUp;
  readonly #words: WordsSender;
  readonly #joins: LateJoins;
  readonly #timers: OwnedTimers;
  #isStopped = false;

  /** @param utteranceSequence number of the utterance, 0–65535 */
  constructor(
    readonly utteranceSequence: number,
    { settings, receiverSettings, awaitsReceivers = false }: DataUtteranceOptions,
    peers: readonly ReceiverPeer[],
    context: DataUtteranceContext,
    onDidEvent: (event: DataUtteranceEvent) => void,
  ) {
    const { clock, awake, outlet, channel, unackedLimitMs, isRetransmitting: isRepeated } = context;
    this.#context = context;
    this.#onDidEvent = onDidEvent;
    this.#timers = new OwnedTimers(clock);
    this.#fanOut = new FanOut(peers.map((peer) => new ReceiverStream({ ...context, peer, settings })));
    this.#fanOut.applySettings(settings, receiverSettings);
    const backlogMs = (): number => context.backlogMs(utteranceSequence);
    const base = { clock, awake, outlet, backlogMs, timers: this.#timers, fanOut: this.#fanOut };
    this.playout = new PlayoutEstimate({ ...base, streams: this.#fanOut.streams });
    const packetizer = new Packetizer(channel, utteranceSequence, outlet.maxPacketBytes);
    this.#writer = new UtteranceWriter({ ...base, settings, packetizer, playout: this.playout });
    const parts = { ...base, playout: this.playout, writer: this.#writer };
    this.#words = new WordsSender({
      ...{ channel, utteranceSequence, maxPacketBytes: outlet.maxPacketBytes },
      send: (packet, peer) => sendWords(packet, { ...parts, isRepeated }, peer),
    });
    this.#joins = new LateJoins({ ...parts, context, words: this.#words, awaitsReceivers });
    this.#giveUp = new GiveUp({ ...parts, unackedLimitMs });
    this.heard = new HeardPositions(parts);
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
    return this.#isAnswerable ? this.#fanOut.unackedForMs : 0;
  }

  /**
   * How long no receiver has answered although all owe an answer, ms; 0 while the connection is being restored,
   * `Infinity` while there is none and another is waited for.
   */
  get unansweredMs(): number {
    if (!this.#isAnswerable) return 0;
    return this.#joins.isAwaited ? Number.POSITIVE_INFINITY : this.#fanOut.unansweredForMs(this.#nowMs());
  }

  /** Smoothed round-trip time of the slowest receiver, ms. */
  get rttMs(): number {
    return this.#fanOut.rttMs;
  }

  /** On its way to one receiver. */
  streamTo(peer: ReceiverPeer): ReceiverStream | undefined {
    return this.#fanOut.streams.get(peer.receiver);
  }

  ready(): Promise<void> {
    const { error } = this.#completion;
    return error === undefined ? this.#writer.ready() : Promise.reject(error);
  }

  writeFrames(batch: FrameBatch): void {
    if (this.isOver) return;
    const packet = this.#writer.pack(batch);
    this.#joins.add(packet);
    for (const stream of this.#fanOut.streams.values()) stream.pump(packet);
    this.#abandon(this.#giveUp.findFarBehind());
  }

  writeWords(words: readonly WordTiming[]): void {
    if (!this.isOver) this.#words.add(words);
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

  /** Nothing more will be heard of receivers that have everything. */
  presumePlayed(): void {
    if (this.#completion.isDelivered) this.#finishPlayed();
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
    this.#joins.forgetHeard();
    this.#progress();
    return true;
  }

  /** A receiver has come that has nothing of this utterance. */
  join({ peer, aliveUntilMs, lastHeardAtMs }: ReceiverJoin): void {
    if (this.isOver) return;
    this.heard.noteDropped(peer, aliveUntilMs);
    this.#joins.join(peer, lastHeardAtMs);
  }

  /** This receiver gets nothing more. */
  dropPeer({ receiver }: ReceiverPeer, error: EloquenceError): void {
    const stream = this.#fanOut.streams.get(receiver);
    if (stream === undefined || this.isOver) return;
    this.heard.noteDropped(stream.peer, stream.peer.aliveUntilMs);
    this.#joins.noteDeparture(stream, error);
    this.#fanOut.drop(stream);
    this.#onDidEvent({ type: 'receiverDropped', frames: this.#writer.frameCount - stream.progress.frames });
    if (this.#fanOut.streams.size === 0 && !this.#joins.isAwaited) return this.fail(error);
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

  #progress(): void {
    if (this.isOver || !this.#writer.isEnded || !this.#fanOut.isComplete) return;
    this.#completion.noteDelivered(this.#nowMs());
    if (this.#fanOut.isPlayed) this.#finishPlayed();
  }

  #finishPlayed(): void {
    const { isHeard } = this.#fanOut;
    if (!isHeard) this.heard.presume();
    this.#finish(isHeard ? 'complete' : 'presumed');
  }

  #abandon(receivers: readonly Abandoned[]): void {
    for (const { stream, fault } of receivers)
      this.dropPeer(stream.peer, undelivered(stream, this.#writer.frameCount, fault));
  }

  /** Runs while the utterance lasts: finds receivers that are to be given up, and keeps the others talking. */
  #check(): void {
    if (this.isOver) return;
    if (this.#context.outlet.isOpen()) {
      const { givenUpBy } = this.#joins;
      if (givenUpBy !== undefined) return this.fail(givenUpBy);
      this.#abandon(this.#giveUp.find());
      for (const peer of this.#fanOut.peers)
        if (this.#nowMs() - peer.lastHeardAtMs > pingAfterMs) this.#context.outlet.ping(peer);
    }
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
