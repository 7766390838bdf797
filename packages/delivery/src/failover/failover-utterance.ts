import { type Deferred, createDeferred, delay } from '@eloquence/base';
import {
  type Clock,
  type Disposable,
  EloquenceError,
  Emitter,
  type FrameBatch,
  type Lane,
  type LaneChange,
  type LaneKind,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type LaneUtteranceOptions,
  type StreamSettings,
  type WordTiming,
} from '@eloquence/plugin-api';
import type { DataLane } from '../lanes/data-lane.js';
import type { DataUtterance } from '../utterance/data-utterance.js';
import type { FailoverLimits } from './failover-limits.js';
import { ReplayBuffer, type SpokenFrame } from './replay-buffer.js';
import { mergeEnds } from './merge-ends.js';
import { takeBatch } from './take-batch.js';

/** What an utterance needs of its lane. */
export interface FailoverPort {
  readonly clock: Clock;
  readonly data: DataLane;
  readonly limits: FailoverLimits;
  openMedia(): Lane;
  /** Receivers that decode this codec answer on the data lane. */
  isDataBack(codecId: string): boolean;
  onDidChange(change: LaneChange): void;
  onDidFailToChange(): void;
}

export interface FailoverStart {
  /** The utterance before is still heard on the other lane until then. */
  readonly after?: Promise<unknown>;
  /** The change of lane that this utterance begins with. */
  readonly change?: LaneChange;
}

const lookIntervalMs = 100;
/** Least time between two attempts to change, ms. */
const retryAfterMs = 5000;
/** Sound of an audio track that is still on its way and in jitter buffers when the sender has played it out, ms. */
const mediaTailMs = 300;
/** PCM that waits for the media lane before the writer is held back, ms. */
const maxQueuedMs = 400;

/** One utterance that can change lanes: parts of it on one lane and the other, one after the other. */
export class FailoverUtterance implements LaneUtterance {
  readonly #port: FailoverPort;
  readonly #options: LaneUtteranceOptions;
  readonly #kept = new ReplayBuffer();
  /** Waits for the media lane, or to be sent when the data lane has been opened again. */
  readonly #queue: SpokenFrame[] = [];
  readonly #parts: LaneUtterance[] = [];
  readonly #changes: LaneChange[] = [];
  readonly #stop = new AbortController();
  readonly #onDidStartPlayout = new Emitter<{ readonly atMs: number }>();
  readonly #delivered = createDeferred<LaneUtteranceEnd>();
  readonly #played = createDeferred<LaneUtteranceEnd>();
  #settings: StreamSettings;
  /** The part whose end is the utterance's; none while one lane is left for the other. */
  #current: LaneUtterance | undefined;
  #data: DataUtterance | undefined;
  /** First frame of the data part, and the samples before it. */
  #base = { frames: 0, samples: 0, ms: 0 };
  #written = { frames: 0, samples: 0, ms: 0 };
  #sampleCount: number | undefined;
  #after: Promise<unknown> | undefined;
  #room: Deferred<void> | undefined;
  #more: Deferred<void> | undefined;
  #timer: Disposable | undefined;
  #isPreparing = false;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #hasStarted = false;
  #isOver = false;

  readonly onDidStartPlayout = this.#onDidStartPlayout.event;
  readonly delivered = this.#delivered.promise;
  readonly played = this.#played.promise;

  constructor(options: LaneUtteranceOptions, port: FailoverPort, kind: LaneKind, start: FailoverStart) {
    this.#port = port;
    this.#options = options;
    this.#settings = options.settings;
    this.#after = start.after;
    if (start.change !== undefined) this.#changes.push(start.change);
    if (kind === 'data') this.#enterData();
    else this.#enterMedia(this.#openMediaPart(), undefined);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The lane that it is on. */
  get kind(): LaneKind {
    return this.#data === undefined ? 'media' : 'data';
  }

  get generation(): number {
    return (this.#current ?? this.#parts.at(-1))?.generation ?? 0;
  }

  get leadMs(): number {
    return (this.#current?.leadMs ?? 0) + this.#queuedMs();
  }

  async ready(): Promise<void> {
    for (;;) {
      const part = this.#data;
      if (part === undefined) {
        this.#throwIfOver();
        if (this.#queuedMs() < maxQueuedMs) return;
        this.#room ??= createDeferred<void>();
        await this.#room.promise;
        continue;
      }
      try {
        if (this.#after !== undefined) {
          await this.#after;
          this.#after = undefined;
          await delay(this.#port.clock, mediaTailMs, this.#stop.signal);
        }
        await part.ready();
      } catch (error) {
        if (this.#data === part) throw error;
      }
      if (this.#data === part) return;
    }
  }

  writeFrames(batch: FrameBatch): void {
    if (this.#isOver) return;
    const last = batch.frames.length - 1;
    for (const [at, frame] of batch.frames.entries()) {
      const item = { frame, endsPhrase: batch.endsPhrase === true && at === last };
      if (this.#data === undefined) this.#queue.push(item);
      else this.#kept.add(item);
      this.#written.frames++;
      this.#written.ms += frame.format.frameMs;
      this.#written.samples += Math.round((frame.format.frameMs * frame.format.sampleRateHz) / 1000);
    }
    if (this.#data === undefined) this.#more?.resolve();
    else {
      this.#data.writeFrames(this.#numbered(batch));
      this.#forget(this.#data);
      this.#watch();
    }
  }

  /** Words are told on the data lane only: a track has no way for them. */
  writeWords(words: readonly WordTiming[]): void {
    if (this.#isOver || this.#data === undefined) return;
    const { ms } = this.#base;
    const shifted =
      ms === 0
        ? words
        : words.map((word) => ({ ...word, startMs: word.startMs - ms, endMs: word.endMs - ms }));
    this.#data.writeWords(shifted);
  }

  writePcm(): Promise<void> {
    return Promise.reject(
      new EloquenceError('INTERNAL', 'A lane that changes over takes encoded frames with their PCM.'),
    );
  }

  applySettings(settings: StreamSettings): void {
    this.#settings = settings;
    this.#data?.applySettings(settings);
  }

  end(sampleCount: number): void {
    if (this.#isOver || this.#sampleCount !== undefined) return;
    this.#sampleCount = sampleCount;
    if (this.#data === undefined) this.#more?.resolve();
    else this.#data.end(sampleCount - this.#base.samples);
  }

  cancel(): void {
    if (this.#isOver) return;
    for (const part of [...this.#parts].reverse()) part.cancel();
    const last = this.#current ?? this.#parts.at(-1);
    if (last !== undefined) void last.played.then((end) => this.#finish({ ...end, outcome: 'cancelled' }));
    this.#close();
  }

  #enterData(): DataUtterance {
    const part = this.#port.data.openUtterance({ ...this.#options, settings: this.#settings });
    this.#data = part;
    this.#enter(part);
    return part;
  }

  #openMediaPart(frame?: number): LaneUtterance {
    const lane = this.#port.openMedia();
    const options = { ...this.#options, settings: this.#settings };
    if (frame === undefined || this.#data === undefined) return lane.openUtterance(options);
    const { generation } = this.#data;
    const continues = { channel: this.#port.data.streamChannel, generation, frame };
    return lane.openUtterance({ ...options, continues });
  }

  /** From here on the media lane says what is in the queue, after the time that receivers need for what they hold. */
  #enterMedia(part: LaneUtterance, head: Int16Array | undefined, afterMs = 0): void {
    this.#data = undefined;
    this.#enter(part);
    void this.#pump(part, head, afterMs);
  }

  #enter(part: LaneUtterance): void {
    this.#current = part;
    this.#parts.push(part);
    part.onDidStartPlayout((event) => {
      if (this.#hasStarted) return;
      this.#hasStarted = true;
      this.#onDidStartPlayout.fire(event);
    });
    void part.delivered.then((end) => {
      if (this.#current === part) void this.#merge(end).then((merged) => this.#delivered.resolve(merged));
    });
    void part.played.then((end) => {
      if (this.#current === part) this.#finish(end);
    });
  }

  /** What has arrived need not be kept, but for what a change that is being prepared will say. */
  #forget(data: DataUtterance): void {
    if (this.#isPreparing) return;
    this.#kept.forgetBefore(this.#base.frames + data.playout.safeFrame, this.#options.codecDelayMs ?? 0);
  }

  #watch(): void {
    this.#timer ??= this.#port.clock.setTimer(() => {
      this.#timer = undefined;
      this.#look();
    }, lookIntervalMs);
  }

  #look(): void {
    const data = this.#data;
    if (data === undefined || this.#isOver) return;
    this.#forget(data);
    const { silentAfterMs, silentAfterRtts, reserveMs } = this.#port.limits;
    const isDead =
      data.unansweredMs > silentAfterMs + silentAfterRtts * data.rttMs && data.playout.reserveMs <= reserveMs;
    if (isDead && !this.#isPreparing && this.#port.clock.nowMs() >= this.#retryAtMs) this.#prepare(data);
    this.#watch();
  }

  /**
   * Opens the media lane, whose track tells receivers by its name where it goes on. Only when somebody listens to it
   * is the data lane left: until then it may still come back.
   */
  #prepare(data: DataUtterance): void {
    const frame = data.playout.safeFrame;
    const fail = (): void => {
      this.#isPreparing = false;
      this.#retryAtMs = this.#port.clock.nowMs() + retryAfterMs;
      this.#port.onDidFailToChange();
    };
    if (this.#kept.from(this.#base.frames + frame, this.#written.frames) === undefined) return fail();
    this.#isPreparing = true;
    let part: LaneUtterance;
    try {
      part = this.#openMediaPart(frame);
    } catch {
      return fail();
    }
    part.ready().then(
      () => {
        this.#isPreparing = false;
        if (this.#data === data && !this.#isOver) this.#leaveData(data, part, frame);
        else part.cancel();
      },
      () => {
        part.cancel();
        if (this.#data === data && !this.#isOver) fail();
      },
    );
  }

  #leaveData(data: DataUtterance, part: LaneUtterance, frame: number): void {
    const absolute = this.#base.frames + frame;
    const head = this.#kept.tailBefore(absolute, this.#options.codecDelayMs ?? 0);
    const positionMs = data.playout.positionMs(frame);
    const remainingMs = data.playout.remainingMs(frame);
    this.#queue.push(...(this.#kept.from(absolute, this.#written.frames) ?? []));
    this.#kept.clear();
    this.#enterMedia(part, head, remainingMs);
    data.stop(frame);
    this.#change({
      atMs: this.#port.clock.nowMs(),
      from: 'data',
      to: 'media',
      cause: 'data-silent',
      positionMs: this.#base.ms + positionMs,
      doubtfulMs: data.playout.sentMs - positionMs,
    });
  }

  async #pump(part: LaneUtterance, head: Int16Array | undefined, afterMs: number): Promise<void> {
    try {
      if (this.#after !== undefined) await this.#after;
      this.#after = undefined;
      if (afterMs > 0) await delay(this.#port.clock, afterMs, this.#stop.signal);
      if (head !== undefined && head.length > 0 && this.#queue.length > 0) await part.writePcm(head);
      while (this.#current === part && !this.#isOver) {
        const item = this.#queue.shift();
        if (item === undefined) {
          if (this.#sampleCount !== undefined) return part.end(0);
          this.#more = createDeferred<void>();
          await this.#more.promise;
          continue;
        }
        this.#giveRoom();
        await part.ready();
        await part.writePcm(item.frame.pcm ?? silence(item));
        const isRest = this.#queue.length > 0 || this.#sampleCount === undefined;
        if (item.endsPhrase && isRest && this.#port.isDataBack(item.frame.format.codecId))
          return await this.#leaveMedia(part);
      }
    } catch {
      // The part has failed or was cancelled, and says so itself.
    }
  }

  /** At the end of a phrase: what the media lane has is played out, then the data lane says the rest. */
  async #leaveMedia(part: LaneUtterance): Promise<void> {
    this.#current = undefined;
    part.end(0);
    const end = await part.played;
    if (this.#isOver) return;
    if (end.outcome !== 'complete') return this.#finish(end);
    await delay(this.#port.clock, mediaTailMs, this.#stop.signal);
    const queuedMs = this.#queuedMs();
    const frames = this.#written.frames - this.#queue.length;
    const queuedSamples = this.#queue.reduce((sum, { frame }) => sum + (frame.pcm?.length ?? 0), 0);
    this.#base = { frames, samples: this.#written.samples - queuedSamples, ms: this.#written.ms - queuedMs };
    const data = this.#port.data.openUtterance({ ...this.#options, settings: this.#settings });
    this.#enter(data);
    this.#change({
      atMs: this.#port.clock.nowMs(),
      from: 'media',
      to: 'data',
      cause: 'receiver-answered',
      positionMs: this.#base.ms,
      doubtfulMs: 0,
    });
    while (this.#queue.length > 0) {
      await data.ready();
      const batch = takeBatch(this.#queue, this.#port.data.maxPayloadBytes);
      for (const item of batch) this.#kept.add(item);
      data.writeFrames(this.#numbered({ frames: batch.map(({ frame }) => frame) }));
    }
    this.#data = data;
    this.#giveRoom();
    if (this.#sampleCount !== undefined) data.end(this.#sampleCount - this.#base.samples);
    this.#watch();
  }

  #change(change: LaneChange): void {
    this.#changes.push(change);
    this.#port.onDidChange(change);
  }

  #numbered(batch: FrameBatch): FrameBatch {
    const base = this.#base.frames;
    if (base === 0) return batch;
    return { frames: batch.frames.map((frame) => ({ ...frame, index: frame.index - base })) };
  }

  #queuedMs(): number {
    let ms = 0;
    for (const { frame } of this.#queue) ms += frame.format.frameMs;
    return ms;
  }

  #giveRoom(): void {
    if (this.#room === undefined || this.#queuedMs() >= maxQueuedMs) return;
    const room = this.#room;
    this.#room = undefined;
    room.resolve();
  }

  #throwIfOver(): void {
    if (this.#isOver) throw new EloquenceError('ABORTED', 'The utterance has ended.');
  }

  #finish(end: LaneUtteranceEnd): void {
    this.#close();
    void this.#merge(end).then((merged) => {
      this.#delivered.resolve(merged);
      this.#played.resolve(merged);
      this.#onDidStartPlayout.dispose();
    });
  }

  /** The other parts are over by now, or will never be asked for more. */
  async #merge(last: LaneUtteranceEnd): Promise<LaneUtteranceEnd> {
    const earlier = this.#parts.slice(0, -1).map((part) => part.played);
    const ends = [...(await Promise.all(earlier)), last];
    return mergeEnds(ends, last, this.#written.frames, this.#changes);
  }

  #close(): void {
    this.#isOver = true;
    this.#current = undefined;
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#stop.abort();
    this.#queue.length = 0;
    this.#kept.clear();
    this.#room?.resolve();
    this.#more?.resolve();
  }
}

function silence({ frame }: SpokenFrame): Int16Array {
  return new Int16Array(Math.round((frame.format.frameMs * frame.format.sampleRateHz) / 1000));
}
