import { DisposableStore } from '@eloquence/base';
import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { BufferBudget } from '../buffer/buffer-budget.js';
import type { PlayoutListener, PlayoutOptions, PlayoutOutcome } from './playout-options.js';
import { Smoothing } from './smoothing.js';
import { SpeechOutput } from './speech-output.js';
import { shouldStart } from './start-rule.js';
import type { Utterance } from './utterance.js';
import { UtteranceQueue } from './utterance-queue.js';

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
  readonly #clock: Clock;
  readonly #budget: BufferBudget;
  readonly #listener: PlayoutListener;
  readonly #output: SpeechOutput;
  readonly #smoothing: Smoothing | undefined;
  readonly #subscriptions = new DisposableStore();
  #timer: Disposable | undefined;
  /** Until then the block that fades out is sounding. */
  #notBeforeMs = -Infinity;
  #frontSinceMs = 0;
  #front: Utterance | undefined;
  /** Handed over to a sink with a buffer, of which nothing has left that buffer yet. */
  #starting: Utterance | undefined;
  #isSenderGone = false;
  #isDisposed = false;

  constructor(options: PlayoutOptions) {
    const { outlook, clock, listener } = options;
    this.#blockMs = options.blockMs;
    this.#clock = clock;
    this.#budget = options.budget;
    this.#listener = listener;
    const smoothing = outlook && new Smoothing(outlook, clock, (utterance) => this.leadMs(utterance));
    this.#smoothing = smoothing;
    this.#output = new SpeechOutput({
      clock,
      sink: options.sink,
      codecs: options.codecs,
      blockMs: options.blockMs,
      onFrame: (utterance, frame) => listener.onFrame(utterance, frame),
      onFault: (error) => listener.onFault(error),
      ...(smoothing && { judgeLength: (utterance: Utterance) => smoothing.judgeLength(utterance) }),
    });
    const { buffer } = options.sink;
    if (buffer === undefined) return;
    this.#subscriptions.add(buffer.onDidOpen(() => this.update()));
    this.#subscriptions.add(buffer.onDidStart((atMs) => this.#onSinkStart(atMs)));
  }

  get decodeFaults(): number {
    return this.#output.decodeFaults;
  }

  get sinkFaults(): number {
    return this.#output.sinkFaults;
  }

  get slippedMs(): number {
    return this.#output.pace.slippedMs;
  }

  /** Audio of an utterance that could be heard without a break, ms. */
  leadMs(utterance: Utterance): number {
    const pendingMs = utterance === this.queue.front ? this.#output.pendingMs(utterance) : 0;
    return utterance.frames.contiguousMs + pendingMs;
  }

  /** The frame that is heard next: what a sink holds in its buffer has not been heard. */
  playheadFrame(utterance: Utterance): number {
    const { frames, progress } = utterance;
    if (progress.withdrawnAtFrame !== undefined) return progress.withdrawnAtFrame;
    const frame = utterance === this.queue.front ? this.#output.heardFrame(utterance) : frames.playhead;
    return Math.min(frame, progress.limitFrame ?? frame);
  }

  /** The sender goes on elsewhere from this frame: nothing from there on is heard, nor waited for. */
  limit(utterance: Utterance, frame: number): void {
    const isHeld = utterance === this.queue.front && utterance.frames.playhead > frame;
    utterance.progress.limitFrame = Math.max(frame, this.playheadFrame(utterance));
    utterance.limit(frame);
    if (isHeld && this.#output.pace.isAhead) this.#output.takeBack(frame);
    this.update();
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
    else if (front.progress.state === 'playing' && this.#output.pace.isAhead) this.#playOn(front);
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
    this.#output.reset();
    for (const utterance of left)
      this.#conclude(utterance, utterance.isPlayedToEnd ? 'complete' : 'incomplete', nowMs);
    this.#output.end();
  }

  #tryStart(front: Utterance): void {
    const nowMs = this.#clock.nowMs();
    if (!this.#isReady(front, front.settings?.startMs ?? 0)) return this.#waitOrGiveUp(front, nowMs);
    const marginUntilMs = this.#marginUntilMs(front, nowMs);
    if (marginUntilMs > nowMs + 0.01) return this.#arm(marginUntilMs);
    // Whoever opens the sink wakes this.
    if (!this.#output.pace.isOpen) return this.#disarm();
    const waitUntilMs = this.queue.hasUnknownBefore(front)
      ? Math.max(this.#notBeforeMs, front.firstPacketAtMs + predecessorGraceMs)
      : this.#notBeforeMs;
    if (waitUntilMs > nowMs + 0.01) return this.#arm(waitUntilMs);
    this.queue.moveHorizon((front.generation - 1) & 0xffff);
    if (front.frameCount === 0) return this.#finish(front, 'complete');
    front.progress.state = 'playing';
    this.#output.start(nowMs);
    if (this.#output.pace.isAhead) this.#starting = front;
    else this.#noteStart(front, nowMs);
    if (this.queue.front === front) this.#playOn(front);
  }

  /** Until when what is beyond the start level is waited for; now or before if it is there, or none is wanted. */
  #marginUntilMs(front: Utterance, nowMs: number): number {
    if (this.#smoothing === undefined) return nowMs;
    const { marginMs, untilMs } = this.#smoothing.startMargin(front, nowMs);
    return this.#isReady(front, (front.settings?.startMs ?? 0) + marginMs) ? nowMs : untilMs;
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
    this.#output.pace.start(nowMs);
    this.#listener.onResume(front, nowMs);
    if (this.queue.front === front) this.#playOn(front);
  }

  #playOn(utterance: Utterance): void {
    this.#play(utterance);
    this.#output.emitFrames();
  }

  /** Hands over every block that is due, and sets the timer for the next one. */
  #play(utterance: Utterance): void {
    const nowMs = this.#clock.nowMs();
    if (!this.#output.pace.prepare(nowMs) && !utterance.isPlayedToEnd) return this.#stall(utterance, nowMs);
    while (this.#output.pace.isDue(nowMs)) {
      if (this.#shouldPauseEarly(utterance)) return this.#stall(utterance, nowMs);
      const block = this.#output.read(utterance);
      if (block === 'starved' && this.#fillGap(utterance)) continue;
      if (block === 'done' || block === 'starved') return this.#runOut(utterance, block, nowMs);
      this.#output.write(utterance, block);
      this.#output.pace.advance(block.durationMs);
      if (this.#isDisposed || this.queue.front !== utterance) return;
    }
    this.#arm(this.#output.pace.wakeAtMs(nowMs));
  }

  #shouldPauseEarly(utterance: Utterance): boolean {
    // What a sink ahead of time holds would sound on.
    if (this.#smoothing === undefined || this.#output.pace.isAhead || !this.#output.isQuiet) return false;
    return this.#smoothing.shouldPauseEarly(utterance);
  }

  /** Puts made-up audio where a frame is missing whose repeat is near. A sink with a buffer is not at its end yet. */
  #fillGap(utterance: Utterance): boolean {
    const nowMs = this.#clock.nowMs();
    if (this.#smoothing === undefined || this.#output.pace.dryAtMs(nowMs) > nowMs + this.#blockMs)
      return false;
    return this.#smoothing.shouldFill(utterance, this.#output.filledMs) && this.#output.fillGap(utterance);
  }

  /** Nothing more to hand over: that matters when the sink has sounded what it holds. */
  #runOut(utterance: Utterance, why: 'done' | 'starved', nowMs: number): void {
    if (why === 'done') this.#output.pace.finishUtterance();
    const dryAtMs = this.#output.pace.dryAtMs(nowMs);
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
    this.#output.reset();
    this.#conclude(utterance, outcome, this.#clock.nowMs());
    this.update();
  }

  #conclude(utterance: Utterance, outcome: PlayoutOutcome, nowMs: number): void {
    this.#output.emitFrames();
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
    if (front !== undefined && past.includes(front)) {
      this.#disarm();
      this.#notBeforeMs = this.#output.fallSilent(front, nowMs) ?? this.#notBeforeMs;
    }
    for (const utterance of past) this.#conclude(utterance, outcome, nowMs);
    this.update();
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
