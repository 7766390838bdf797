import { type Deferred, createDeferred, delay } from '@eloquence/base';
import type { Clock, Disposable, EncodedFrame, FrameBatch, WordTiming } from '@eloquence/plugin-api';
import type { DataUtterance } from '../utterance/data-utterance.js';
import type { DataLaneHealth } from './failover-states.js';
import type { SpokenFrame } from './frame-queue.js';
import { ReplayBuffer } from './replay-buffer.js';

/** Sound of an audio track that is still on its way and in jitter buffers when the sender has played it out, ms. */
export const mediaTailMs = 300;

/** A place in an utterance, counted from its start. */
export interface SpeechPosition {
  readonly frames: number;
  readonly samples: number;
  readonly ms: number;
}

export const speechStart: SpeechPosition = { frames: 0, samples: 0, ms: 0 };

/** The place after a frame that begins at `position`. */
export function positionAfter(position: SpeechPosition, frame: EncodedFrame): SpeechPosition {
  const { frameMs } = frame.format;
  return {
    frames: position.frames + 1,
    samples: position.samples + samplesOf(frame),
    ms: position.ms + frameMs,
  };
}

export function samplesOf({ format }: EncodedFrame): number {
  return Math.round((format.frameMs * format.sampleRateHz) / 1000);
}

/** What another lane has to say when it goes on from `frame`, counted within the part. */
export interface Handover {
  /** The frames from there on. */
  readonly frames: readonly SpokenFrame[];
  /** PCM before it that the codec holds back, to be said again. */
  readonly head: Int16Array;
  /** Where it lies in the whole utterance, ms from its start. */
  readonly positionMs: number;
  /** What receivers have still to play before it, ms. */
  readonly remainingMs: number;
}

export interface DataPartOptions {
  readonly clock: Clock;
  readonly utterance: DataUtterance;
  /** Where in the whole utterance it begins. */
  readonly start: SpeechPosition;
  /** Nothing is sent before this has settled: the utterance before is still heard on the media lane. */
  readonly after: Promise<unknown> | undefined;
  /** How much later than its input a decoder gives out the sound, ms. */
  readonly codecDelayMs: number;
  /** Called every 100 ms while the part is watched. */
  readonly onDidCheck: (health: DataLaneHealth) => void;
}

const checkIntervalMs = 100;

/**
 * The stretch of an utterance that the data lane says, from `start` on: its frames and words are numbered from there,
 * and what is not known to have arrived is kept.
 */
export class DataPart implements Disposable {
  readonly utterance: DataUtterance;
  readonly start: SpeechPosition;
  readonly #options: DataPartOptions;
  readonly #replay = new ReplayBuffer();
  #after: Promise<unknown> | undefined;
  #timer: Disposable | undefined;
  /** Present while everything is kept; settles when that is over. */
  #frozen: Deferred<void> | undefined;
  #isDisposed = false;

  constructor(options: DataPartOptions) {
    this.#options = options;
    this.utterance = options.utterance;
    this.start = options.start;
    this.#after = options.after;
  }

  /** What it waits for before it sends anything. */
  get after(): Promise<unknown> | undefined {
    return this.#after;
  }

  async ready(signal: AbortSignal): Promise<void> {
    if (this.#after !== undefined) {
      await this.#after;
      this.#after = undefined;
      await delay(this.#options.clock, mediaTailMs, signal);
    }
    await this.utterance.ready();
    while (this.#replay.isFull && this.#frozen !== undefined) await this.#frozen.promise;
  }

  /** Keeps frames that are about to be written, and gives them as the part numbers them. */
  take(frames: readonly SpokenFrame[]): FrameBatch {
    for (const item of frames) this.#replay.add(item);
    const first = this.start.frames;
    return {
      frames: frames.map(({ frame }) => (first === 0 ? frame : { ...frame, index: frame.index - first })),
    };
  }

  writeWords(words: readonly WordTiming[]): void {
    const { ms } = this.start;
    const shifted = words.map((word) => ({ ...word, startMs: word.startMs - ms, endMs: word.endMs - ms }));
    this.utterance.writeWords(ms === 0 ? words : shifted);
  }

  /** @param sampleCount samples of the whole utterance */
  end(sampleCount: number): void {
    this.utterance.end(sampleCount - this.start.samples);
  }

  /** Forgets what has arrived, and does so again, with a check, every 100 ms from now on. */
  watch(): void {
    this.#forgetArrived();
    this.#timer ??= this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      this.#forgetArrived();
      const { unansweredMs, rttMs, playout } = this.utterance;
      this.#options.onDidCheck({ unansweredMs, rttMs, reserveMs: playout.reserveMs });
      if (!this.#isDisposed) this.watch();
    }, checkIntervalMs);
  }

  /** Keeps everything from now on while a change is prepared, so that what it will say stays here. */
  freeze(isFrozen: boolean): void {
    this.#frozen?.resolve();
    this.#frozen = isFrozen ? createDeferred<void>() : undefined;
  }

  /**
   * @param writtenFrames frames of the whole utterance so far
   * @returns undefined if not everything from this frame on is kept, or a receiver lacks something before it: a page
   * that was loaded anew meanwhile
   */
  handOver(frame: number, writtenFrames: number): Handover | undefined {
    const { playout } = this.utterance;
    const first = this.start.frames + frame;
    const frames = this.#replay.from(first, writtenFrames);
    if (frames === undefined || playout.safeFrame < frame) return undefined;
    return {
      frames,
      head: this.#replay.tailBefore(first, this.#options.codecDelayMs),
      positionMs: this.start.ms + playout.positionMs(frame),
      remainingMs: playout.remainingMs(frame),
    };
  }

  dispose(): void {
    this.#isDisposed = true;
    this.freeze(false);
    this.#replay.clear();
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  /** What the codec holds back of it is kept. */
  #forgetArrived(): void {
    if (this.#frozen !== undefined) return;
    const { safeFrame } = this.utterance.playout;
    this.#replay.forgetBefore(this.start.frames + safeFrame, this.#options.codecDelayMs);
  }
}
