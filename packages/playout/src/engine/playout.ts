import {
  type Clock,
  type CodecFactory,
  type Disposable,
  DisposableStore,
  type EloquenceError,
} from '@eloquence/plugin-api';
import type { BufferBudget } from '../buffer/buffer-budget.js';
import type { HeldFrame } from '../buffer/frame-store.js';
import type { AudioSink } from '../sink/audio-sink.js';
import { GuardedSink } from '../sink/guarded-sink.js';
import { BlockReader, type ReadBlock } from './block-reader.js';
import { BufferPace } from './buffer-pace.js';
import { FrameDecoder } from './frame-decoder.js';
import type { Pace } from './pace.js';
import { PlayoutClock } from './playout-clock.js';
import { SinkLedger } from './sink-ledger.js';
import type { ArrivalForecast } from '../arrival/arrival-pace.js';
import { type ShortageInputs, shouldFill, shouldPauseEarly, shouldStretch } from './stall-guard.js';
import { startMargin } from './start-margin.js';
import { shouldStart } from './start-rule.js';
import type { Utterance } from './utterance.js';
import { UtteranceQueue } from './utterance-queue.js';

/** How an utterance ended: everything was handed to the sink, or the sender withdrew it, or parts never came. */
export type PlayoutOutcome = 'complete' | 'flushed' | 'incomplete';

/** What the arrivals of the stream let playout expect. */
export interface PlayoutOutlook {
  readonly spacingMs: number;
  readonly repairMs: number;
  forecast(): ArrivalForecast;
}

/** What the owner of a playout is told. Called synchronously; may call back into the playout. */
export interface PlayoutListener {
  onStart(utterance: Utterance, atMs: number): void;
  onFrame(utterance: Utterance, frame: HeldFrame): void;
  onStall(utterance: Utterance, atMs: number): void;
  onResume(utterance: Utterance, atMs: number): void;
  onFinish(utterance: Utterance, outcome: PlayoutOutcome, atMs: number): void;
  onFault(error: EloquenceError): void;
}

export interface PlayoutOptions {
  readonly clock: Clock;
  readonly sink: AudioSink;
  readonly codecs: ReadonlyMap<string, CodecFactory>;
  readonly budget: BufferBudget;
  readonly listener: PlayoutListener;
  readonly blockMs: number;
  /** Start margins, stretching and concealment go by it; without it, there are none. */
  readonly outlook?: PlayoutOutlook;
}

/** An utterance that waits this long for frames is given up when a later one is ready. */
const giveUpAfterMs = 5000;
/** How long a later utterance waits for an earlier one of which nothing has arrived yet. */
const predecessorGraceMs = 250;

/**
 * Plays the utterances of one stream one after the other into a sink:
 * buffering → playing ⇄ stalled → finished. Holds one timer, and none while there is nothing to wait for.
 */
export class Playout implements Disposable {
  readonly queue = new UtteranceQueue();
  readonly #blockMs: number;
  readonly #outlook: PlayoutOutlook | undefined;
  readonly #clock: Clock;
  readonly #sink: GuardedSink;
  readonly #budget: BufferBudget;
  readonly #listener: PlayoutListener;
  readonly #decoder: FrameDecoder;
  readonly #reader: BlockReader;
  readonly #pace: Pace;
  readonly #ledger = new SinkLedger();
  readonly #subscriptions = new DisposableStore();
  #timer: Disposable | undefined;
  #frames: [Utterance, HeldFrame][] = [];
  /** Until then the block that fades out is sounding. */
  #notBeforeMs = -Infinity;
  #frontSinceMs = 0;
  #front: Utterance | undefined;
  /** Handed over to a sink with a buffer, of which nothing has left that buffer yet. */
  #starting: Utterance | undefined;
  #isSenderGone = false;
  #isDisposed = false;

  constructor(options: PlayoutOptions) {
    this.#blockMs = options.blockMs;
    this.#outlook = options.outlook;
    this.#clock = options.clock;
    this.#sink = new GuardedSink(options.sink, (error) => this.#listener.onFault(error));
    this.#budget = options.budget;
    this.#listener = options.listener;
    this.#decoder = new FrameDecoder(options.codecs, (error) => this.#listener.onFault(error));
    this.#reader = new BlockReader({
      blockMs: options.blockMs,
      decode: (frame) => this.#decoder.decode(frame),
      ...(this.#outlook && {
        conceal: (header, sampleCount) => this.#decoder.conceal(header, sampleCount),
        wantsStretch: (utterance) => shouldStretch(this.#shortage(utterance)),
      }),
      onFrame: (utterance, frame, durationMs) => {
        this.#frames.push([utterance, frame]);
        if (this.#pace.isAhead) this.#ledger.add(frame.index, durationMs);
      },
    });
    const { buffer } = options.sink;
    this.#pace = buffer === undefined ? new PlayoutClock() : new BufferPace(buffer);
    if (buffer === undefined) return;
    this.#subscriptions.add(buffer.onDidOpen(() => this.update()));
    this.#subscriptions.add(buffer.onDidStart((atMs) => this.#onSinkStart(atMs)));
  }

  get decodeFaults(): number {
    return this.#decoder.faults;
  }

  get sinkFaults(): number {
    return this.#sink.faults;
  }

  get slippedMs(): number {
    return this.#pace.slippedMs;
  }

  /** Audio of an utterance that could be heard without a break, ms. */
  leadMs(utterance: Utterance): number {
    const pendingMs = utterance === this.queue.front ? this.#reader.pendingMs + this.#queuedMs(utterance) : 0;
    return utterance.frames.contiguousMs + pendingMs;
  }

  /** The frame that is heard next: what a sink holds in its buffer has not been heard. */
  playheadFrame(utterance: Utterance): number {
    const { frames, progress } = utterance;
    if (progress.withdrawnAtFrame !== undefined) return progress.withdrawnAtFrame;
    return this.#pace.isAhead && utterance === this.queue.front
      ? this.#heardFrame(utterance)
      : frames.playhead;
  }

  #heardFrame(utterance: Utterance): number {
    const notHeardMs = this.#queuedMs(utterance) + this.#reader.pendingMs + this.#pace.latencyMs();
    return this.#ledger.playhead(notHeardMs, utterance.frames.playhead);
  }

  /** The sender left: what is missing now will not come. */
  setSenderGone(isGone: boolean): void {
    this.#isSenderGone = isGone;
    this.update();
  }

  /** Something arrived or became known: start, resume or finish what can be. */
  update(): void {
    if (this.#isDisposed) return;
    const front = this.queue.front;
    if (front !== this.#front) {
      this.#front = front;
      this.#frontSinceMs = this.#clock.nowMs();
    }
    if (front === undefined) this.#disarm();
    else if (front.progress.state === 'buffering') this.#tryStart(front);
    else if (front.progress.state === 'stalled') this.#tryResume(front);
    else if (front.progress.state === 'playing' && this.#pace.isAhead) this.#playOn(front);
  }

  /** Barge-in: every utterance up to this generation ends, and the sound with it within one block. */
  flush(generation: number): void {
    const front = this.queue.front;
    this.queue.moveHorizon(generation);
    this.#withdraw(front, this.queue.takePast(), 'flushed');
  }

  /** The sender counts anew: what is here ends, and any generation may come next. */
  restart(): void {
    const front = this.queue.front;
    this.#withdraw(front, this.queue.reset(), 'incomplete');
  }

  dispose(): void {
    if (this.#isDisposed) return;
    const nowMs = this.#clock.nowMs();
    const left = this.queue.reset();
    this.#isDisposed = true;
    this.#disarm();
    this.#subscriptions.dispose();
    this.#reader.reset();
    this.#decoder.reset();
    for (const utterance of left)
      this.#conclude(utterance, utterance.isPlayedToEnd ? 'complete' : 'incomplete', nowMs);
    this.#sink.end();
  }

  #tryStart(front: Utterance): void {
    const nowMs = this.#clock.nowMs();
    if (!this.#isReady(front, front.settings?.startMs ?? 0)) return this.#waitOrGiveUp(front, nowMs);
    const marginUntilMs = this.#marginUntilMs(front, nowMs);
    if (marginUntilMs > nowMs + 0.01) return this.#arm(marginUntilMs);
    // Whoever opens the sink wakes this.
    if (!this.#pace.isOpen) return this.#disarm();
    const waitUntilMs = this.queue.hasUnknownBefore(front)
      ? Math.max(this.#notBeforeMs, front.firstPacketAtMs + predecessorGraceMs)
      : this.#notBeforeMs;
    if (waitUntilMs > nowMs + 0.01) return this.#arm(waitUntilMs);
    this.queue.moveHorizon((front.generation - 1) & 0xffff);
    if (front.frameCount === 0) return this.#finish(front, 'complete');
    front.progress.state = 'playing';
    this.#pace.start(nowMs);
    this.#ledger.reset();
    if (this.#pace.isAhead) this.#starting = front;
    else this.#noteStart(front, nowMs);
    if (this.queue.front === front) this.#playOn(front);
  }

  /** Until when what is beyond the start level is waited for; now or before if it is there, or none is wanted. */
  #marginUntilMs(front: Utterance, nowMs: number): number {
    if (this.#outlook === undefined) return nowMs;
    front.levelReachedAtMs ??= nowMs;
    const levelMs = front.settings?.startMs ?? 0;
    const { marginMs, patienceMs } = startMargin(levelMs, this.#outlook.forecast());
    return this.#isReady(front, levelMs + marginMs) ? nowMs : front.levelReachedAtMs + patienceMs;
  }

  #noteStart(utterance: Utterance, atMs: number): void {
    utterance.progress.startedAtMs = atMs;
    this.#listener.onStart(utterance, atMs);
  }

  /** What was handed over is heard from now on. */
  #onSinkStart(atMs: number): void {
    const utterance = this.#starting;
    this.#starting = undefined;
    if (utterance !== undefined && utterance === this.queue.front) this.#noteStart(utterance, atMs);
  }

  #tryResume(front: Utterance): void {
    const nowMs = this.#clock.nowMs();
    if (front.isPlayedToEnd) front.progress.takeBackStall();
    else if (this.#isReady(front, front.settings?.resumeMs ?? 0)) front.progress.resume(nowMs);
    else return this.#waitOrGiveUp(front, nowMs);
    this.#pace.start(nowMs);
    this.#listener.onResume(front, nowMs);
    if (this.queue.front === front) this.#playOn(front);
  }

  #playOn(utterance: Utterance): void {
    this.#play(utterance);
    this.#emitFrames();
  }

  /** Hands over every block that is due, and sets the timer for the next one. */
  #play(utterance: Utterance): void {
    const nowMs = this.#clock.nowMs();
    if (!this.#pace.prepare(nowMs) && !utterance.isPlayedToEnd) return this.#stall(utterance, nowMs);
    while (this.#pace.isDue(nowMs)) {
      if (this.#shouldPauseEarly(utterance)) return this.#stall(utterance, nowMs);
      const block = this.#reader.read(utterance);
      if (block === 'starved' && this.#fillGap(utterance)) continue;
      if (block === 'done' || block === 'starved') return this.#runOut(utterance, block, nowMs);
      this.#write(utterance, block);
      this.#pace.advance(block.durationMs);
      if (this.#isDisposed || this.queue.front !== utterance) return;
    }
    this.#arm(this.#pace.wakeAtMs(nowMs));
  }

  #shouldPauseEarly(utterance: Utterance): boolean {
    // What a sink ahead of time holds would sound on.
    if (this.#outlook === undefined || this.#pace.isAhead || !this.#reader.isQuiet) return false;
    return shouldPauseEarly(this.#shortage(utterance), true);
  }

  /** Puts made-up audio where a frame is missing whose repeat is near. A sink with a buffer is not at its end yet. */
  #fillGap(utterance: Utterance): boolean {
    const nowMs = this.#clock.nowMs();
    if (this.#outlook === undefined || this.#pace.dryAtMs(nowMs) > nowMs + this.#blockMs) return false;
    if (!shouldFill(this.#shortage(utterance), this.#reader.filledMs)) return false;
    const filledMs = this.#reader.fillGap(utterance);
    if (this.#pace.isAhead) this.#ledger.extend(filledMs);
    return filledMs > 0;
  }

  #shortage(utterance: Utterance): ShortageInputs {
    const nowMs = this.#clock.nowMs();
    const { blockedSinceMs } = utterance;
    const { spacingMs = 0, repairMs = 0 } = this.#outlook ?? {};
    return {
      leadMs: this.leadMs(utterance),
      isPlayableToEnd: utterance.isPlayableToEnd,
      isBlocked: blockedSinceMs !== undefined,
      sinceFrameMs: nowMs - (utterance.lastFrameAtMs ?? nowMs),
      spacingMs,
      repeatInMs:
        blockedSinceMs === undefined || repairMs === 0
          ? undefined
          : Math.max(0, blockedSinceMs + repairMs - nowMs),
    };
  }

  /** Nothing more to hand over: that matters when the sink has sounded what it holds. */
  #runOut(utterance: Utterance, why: 'done' | 'starved', nowMs: number): void {
    if (why === 'done') this.#pace.finishUtterance();
    const dryAtMs = this.#pace.dryAtMs(nowMs);
    if (dryAtMs > nowMs) this.#arm(dryAtMs);
    else if (why === 'done') this.#finish(utterance, 'complete');
    else this.#stall(utterance, nowMs);
  }

  #stall(utterance: Utterance, nowMs: number): void {
    utterance.progress.stall(nowMs);
    this.#disarm();
    this.#listener.onStall(utterance, nowMs);
    if (this.queue.front === utterance) this.update();
  }

  #onTimer(): void {
    this.#timer = undefined;
    const front = this.queue.front;
    if (front?.progress.state === 'playing') this.#playOn(front);
    else this.update();
  }

  /** What waits for frames keeps waiting, unless they will hardly come and somebody else is ready. */
  #waitOrGiveUp(front: Utterance, nowMs: number): void {
    const others = this.queue.items;
    const isOtherReady = others.some(
      (item) => item !== front && this.#isReady(item, item.settings?.startMs ?? 0),
    );
    if (!isOtherReady && !this.#isSenderGone) return this.#disarm();
    const sinceMs = Math.max(
      front.progress.stalledSinceMs ?? this.#frontSinceMs,
      front.lastFrameAtMs ?? -Infinity,
    );
    const giveUpAtMs = sinceMs + giveUpAfterMs;
    if (nowMs >= giveUpAtMs - 0.01) this.#finish(front, 'incomplete');
    else this.#arm(giveUpAtMs);
  }

  #isReady(utterance: Utterance, levelMs: number): boolean {
    return shouldStart({
      contiguousMs: this.leadMs(utterance),
      levelMs: Math.max(levelMs, this.#blockMs),
      isPlayableToEnd: utterance.isPlayableToEnd,
      isBufferFull: this.#budget.isFull,
    });
  }

  #finish(utterance: Utterance, outcome: PlayoutOutcome): void {
    this.queue.moveHorizon(utterance.generation);
    this.queue.takePast();
    this.#disarm();
    this.#reader.reset();
    this.#decoder.reset();
    this.#conclude(utterance, outcome, this.#clock.nowMs());
    this.update();
  }

  #conclude(utterance: Utterance, outcome: PlayoutOutcome, nowMs: number): void {
    this.#emitFrames();
    if (this.#starting === utterance) {
      this.#starting = undefined;
      if (outcome === 'complete') this.#noteStart(utterance, nowMs);
    }
    if (utterance.progress.stalledSinceMs !== undefined) utterance.progress.resume(nowMs);
    utterance.progress.state = 'finished';
    utterance.release();
    this.#listener.onFinish(utterance, outcome, nowMs);
  }

  #withdraw(front: Utterance | undefined, past: readonly Utterance[], outcome: PlayoutOutcome): void {
    const nowMs = this.#clock.nowMs();
    if (front !== undefined && past.includes(front)) this.#fallSilent(front, nowMs);
    for (const utterance of past) this.#conclude(utterance, outcome, nowMs);
    this.update();
  }

  #fallSilent(utterance: Utterance, nowMs: number): void {
    this.#disarm();
    if (this.#pace.isAhead) {
      // Such a sink lets what it sounds fade out itself: what comes next here is far ahead of that.
      utterance.progress.withdrawnAtFrame = this.#heardFrame(utterance);
      this.#sink.clear();
    } else if (utterance.progress.state === 'playing') {
      this.#sink.clear();
      const block = this.#reader.readFadeOut(utterance);
      if (block !== undefined) {
        const atMs = Math.max(nowMs, this.#pace.nextDueMs(nowMs));
        this.#write(utterance, block, atMs);
        this.#notBeforeMs = atMs + block.durationMs;
      }
    }
    this.#reader.reset();
    this.#decoder.reset();
  }

  #queuedMs(utterance: Utterance): number {
    return utterance.progress.state === 'playing' ? this.#pace.queuedMs() : 0;
  }

  #write(utterance: Utterance, block: ReadBlock, atMs = this.#pace.nextDueMs(this.#clock.nowMs())): void {
    const { samples, sampleRateHz, kind, firstFrame } = block;
    const { generation } = utterance;
    this.#sink.write({ samples, sampleRateHz, kind, atMs, generation, firstFrame });
  }

  /** Frames are told only when no block is half made, since a listener may flush or dispose. */
  #emitFrames(): void {
    while (this.#frames.length > 0) {
      const frames = this.#frames;
      this.#frames = [];
      for (const [utterance, frame] of frames) this.#listener.onFrame(utterance, frame);
    }
  }

  #arm(atMs: number): void {
    this.#disarm();
    this.#timer = this.#clock.setTimer(() => this.#onTimer(), atMs - this.#clock.nowMs());
  }

  #disarm(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }
}
