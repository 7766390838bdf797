import { DisposableStore } from '@eloquence/base';
import type { Clock, CodecFactory, Disposable } from '@eloquence/plugin-api';
import type { BufferBudget } from '../buffer/buffer-budget.js';
import type { AudioSink } from '../sink/audio-sink.js';
import type { PlayoutEvent, PlayoutOutcome } from './playout-events.js';
import {
  PlayoutPolicy,
  type DelayForecaster,
  type PlayoutSituation,
  type PlayoutStep,
} from '../policy/playout-policy.js';
import { SpeechOutput } from '../sink/speech-output.js';
import type { Utterance } from '../depacketize/utterance.js';
import { UtteranceQueue } from '../buffer/utterance-queue.js';

export interface PlayoutOptions {
  readonly clock: Clock;
  readonly sink: AudioSink;
  readonly codecs: ReadonlyMap<string, CodecFactory>;
  readonly budget: BufferBudget;
  readonly blockMs: number;
  /** Start margins, stretching and concealment go by it; without it, there are none. */
  readonly forecaster?: DelayForecaster | undefined;
  /** Called synchronously; may call back into the playout. */
  onEvent(event: PlayoutEvent): void;
}

/**
 * Plays the utterances of one stream one after the other into a sink:
 * buffering → playing ⇄ stalled → finished. Holds one timer, and none while there is nothing to wait for.
 */
export class Playout implements Disposable {
  readonly queue = new UtteranceQueue();
  readonly #clock: Clock;
  readonly #tell: (event: PlayoutEvent) => void;
  readonly #output: SpeechOutput;
  readonly #policy: PlayoutPolicy;
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
    const { clock, sink, codecs, blockMs, budget, forecaster } = options;
    this.#clock = clock;
    this.#tell = (event) => options.onEvent(event);
    const policy = new PlayoutPolicy({
      ...{ clock, blockMs, budget, forecaster },
      bufferAheadMs: (utterance) => this.bufferAheadMs(utterance),
    });
    this.#policy = policy;
    this.#output = new SpeechOutput({
      ...{ clock, sink, codecs, blockMs },
      onFrame: (utterance, frame) => this.#tell({ type: 'playFrame', utterance, frame }),
      onFault: (error) => this.#tell({ type: 'fault', error }),
      ...(forecaster && { evaluateLength: (utterance: Utterance) => policy.evaluateLength(utterance) }),
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

  /** Audio of an utterance that could be heard without a break, ms. */
  bufferAheadMs(utterance: Utterance): number {
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

  /** Barge-in: every utterance up to this one ends, and the sound with it within one block. */
  flush(utteranceSequence: number): void {
    const front = this.queue.front;
    this.queue.moveHorizon(utteranceSequence);
    this.#withdraw(front, this.queue.takePast(), 'flushed');
  }

  /** The sender counts anew: what is here ends, and any utterance may come next. */
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
    const step = this.#policy.start(front, this.#situation(nowMs));
    if (step !== 'play') return this.#waitOrEnd(front, step);
    this.queue.moveHorizon((front.utteranceSequence - 1) & 0xffff);
    if (front.frameCount === 0) return this.#finish(front, 'complete');
    front.progress.state = 'playing';
    this.#output.start(nowMs);
    if (this.#output.pace.isAhead) this.#starting = front;
    else this.#noteStart(front, nowMs);
    if (this.queue.front === front) this.#playOn(front);
  }

  #tryResume(front: Utterance): void {
    const nowMs = this.#clock.nowMs();
    const step = this.#policy.resume(front, this.#situation(nowMs));
    if (step !== 'play') return this.#waitOrEnd(front, step);
    if (front.isPlayedToEnd) front.progress.takeBackStall();
    else front.progress.resume(nowMs);
    this.#output.pace.start(nowMs);
    this.#tell({ type: 'resume', utterance: front, atMs: nowMs });
    if (this.queue.front === front) this.#playOn(front);
  }

  #situation(nowMs: number): PlayoutSituation {
    return {
      nowMs,
      queue: this.queue,
      isSinkOpen: this.#output.pace.isOpen,
      notBeforeMs: this.#notBeforeMs,
      frontSinceMs: this.#frontSinceMs,
      isSenderGone: this.#isSenderGone,
    };
  }

  #waitOrEnd(front: Utterance, step: Exclude<PlayoutStep, 'play'>): void {
    if (step === 'give up') this.#finish(front, 'incomplete');
    else this.#arm(step.waitUntilMs);
  }

  #noteStart(utterance: Utterance, atMs: number): void {
    utterance.progress.startedAtMs = atMs;
    this.#tell({ type: 'startPlayout', utterance, atMs });
  }

  /** What was handed over is heard from now on. */
  #onSinkStart(atMs: number): void {
    const utterance = this.#starting;
    this.#starting = undefined;
    if (utterance !== undefined && utterance === this.queue.front) this.#noteStart(utterance, atMs);
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
    const isQuiet = !this.#output.pace.isAhead && this.#output.isQuiet;
    return this.#policy.shouldPauseEarly(utterance, isQuiet);
  }

  #fillGap(utterance: Utterance): boolean {
    const nowMs = this.#clock.nowMs();
    const dryInMs = this.#output.pace.dryAtMs(nowMs) - nowMs;
    return (
      this.#policy.shouldFill(utterance, this.#output.filledMs, dryInMs) && this.#output.fillGap(utterance)
    );
  }

  /** Nothing more to hand over: that matters when the sink has sounded what it holds. */
  #runOut(utterance: Utterance, why: 'done' | 'starved', nowMs: number): void {
    if (why === 'done') this.#output.finishUtterance();
    const dryAtMs = this.#output.pace.dryAtMs(nowMs);
    if (dryAtMs > nowMs) this.#arm(dryAtMs);
    else if (why === 'done') this.#finish(utterance, 'complete');
    else this.#stall(utterance, nowMs);
  }

  #stall(utterance: Utterance, nowMs: number): void {
    utterance.progress.stall(nowMs);
    this.#disarm();
    this.#tell({ type: 'stall', utterance, atMs: nowMs });
    if (this.queue.front === utterance) this.update();
  }

  #onTimer(): void {
    this.#timer = undefined;
    const front = this.queue.front;
    if (front?.progress.state === 'playing') this.#playOn(front);
    else this.update();
  }

  #finish(utterance: Utterance, outcome: PlayoutOutcome): void {
    this.queue.moveHorizon(utterance.utteranceSequence);
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
    this.#tell({ type: 'finishUtterance', utterance, outcome, atMs: nowMs });
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
    if (atMs === Infinity) return;
    this.#timer = this.#clock.setTimer(() => this.#onTimer(), atMs - this.#clock.nowMs());
  }

  #disarm(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }
}
