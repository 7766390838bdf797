import { delay } from '@eloquence/base';
import {
  EloquenceError,
  type FrameBatch,
  type LaneContinuation,
  type LaneKind,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type LaneUtteranceOptions,
  type ReceiverSettings,
  type StreamSettings,
  type WordTiming,
} from '@eloquence/plugin-api';
import {
  DataPart,
  type Handover,
  type SpeechPosition,
  mediaTailMs,
  positionAfter,
  speechStart,
} from './data-part.js';
import type { FailoverGroup, FailoverStart } from './failover-group.js';
import {
  type DataLaneHealth,
  type FailoverEvent,
  type FailoverState,
  areReceiversSilent,
  failoverTransitions,
} from './failover-states.js';
import { FrameQueue, spokenFrames } from './frame-queue.js';
import { MediaPart, type MediaPartStart } from './media-part.js';
import { UtteranceParts } from './utterance-parts.js';

/** Least time between two attempts to change, ms. */
const retryAfterMs = 5000;

/**
 * One utterance to one group of receivers that can change lanes: parts of it on one lane and the other, one after the
 * other. `failoverTransitions` says from where to where, and on what event.
 */
export class FailoverUtterance implements LaneUtterance {
  readonly #group: FailoverGroup;
  readonly #options: LaneUtteranceOptions;
  readonly #parts: UtteranceParts;
  readonly #queue = new FrameQueue();
  readonly #stop = new AbortController();
  #state: FailoverState;
  #settings: Pick<LaneUtteranceOptions, 'settings' | 'receiverSettings'>;
  /** Present while frames go straight to the data lane. */
  #data: DataPart | undefined;
  /** The media lane's part while it is only prepared. */
  #opening: LaneUtterance | undefined;
  #written: SpeechPosition = speechStart;
  #sampleCount: number | undefined;
  #retryAtMs = Number.NEGATIVE_INFINITY;

  readonly onDidStartPlayout: LaneUtterance['onDidStartPlayout'];
  readonly delivered: Promise<LaneUtteranceEnd>;
  readonly played: Promise<LaneUtteranceEnd>;

  constructor(options: LaneUtteranceOptions, group: FailoverGroup, { kind, after, change }: FailoverStart) {
    this.#group = group;
    this.#options = options;
    this.#settings = options;
    this.#state = kind;
    this.#parts = new UtteranceParts(
      () => this.#written.frames,
      (end) => this.#finish(end),
    );
    this.onDidStartPlayout = this.#parts.onDidStartPlayout;
    this.delivered = this.#parts.delivered;
    this.played = this.#parts.played;
    if (change !== undefined) this.#parts.noteChange(change);
    if (kind === 'data') this.#data = this.#openData(speechStart, after);
    else this.#enterMedia(this.#openMedia(), 0, { after });
  }

  get state(): FailoverState {
    return this.#state;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** The lane that it is on. */
  get kind(): LaneKind {
    return this.#data === undefined ? 'media' : 'data';
  }

  get utteranceSequence(): number {
    return this.#parts.latest?.utteranceSequence ?? 0;
  }

  get bufferAheadMs(): number {
    return (this.#parts.current?.bufferAheadMs ?? 0) + this.#queue.durationMs;
  }

  async ready(): Promise<void> {
    for (;;) {
      const part = this.#data;
      if (part === undefined) {
        if (this.isOver) throw new EloquenceError('ABORTED', 'The utterance has ended.');
        if (this.#queue.hasRoom) return;
        await this.#queue.waitForRoom();
        continue;
      }
      try {
        await part.ready(this.#stop.signal);
      } catch (error) {
        if (this.#data === part) throw error;
      }
      if (this.#data === part) return;
    }
  }

  writeFrames(batch: FrameBatch): void {
    if (this.isOver) return;
    const frames = spokenFrames(batch);
    for (const frame of batch.frames) this.#written = positionAfter(this.#written, frame);
    if (this.#data === undefined) {
      this.#queue.add(...frames);
      this.#queue.noteMore();
      return;
    }
    this.#data.utterance.writeFrames(this.#data.take(frames));
    this.#data.watch();
  }

  /** Words are told on the data lane only: a track has no way for them. */
  writeWords(words: readonly WordTiming[]): void {
    if (!this.isOver) this.#data?.writeWords(words);
  }

  writePcm(): Promise<void> {
    return Promise.reject(
      new EloquenceError('INTERNAL', 'A lane that changes over takes encoded frames with their PCM.'),
    );
  }

  applySettings(settings: StreamSettings, receiverSettings?: readonly ReceiverSettings[]): void {
    this.#settings = { settings, receiverSettings };
    this.#data?.utterance.applySettings(settings, receiverSettings);
  }

  end(sampleCount: number): void {
    if (this.isOver || this.#sampleCount !== undefined) return;
    this.#sampleCount = sampleCount;
    if (this.#data === undefined) this.#queue.noteMore();
    else this.#data.end(sampleCount);
  }

  cancel(): void {
    if (this.isOver) return;
    this.#parts.cancel();
    const { latest } = this.#parts;
    void latest?.delivered.then((end) => this.#parts.deliver({ ...end, outcome: 'cancelled' }));
    void latest?.played.then((end) => this.#parts.finish({ ...end, outcome: 'cancelled' }));
    this.#close();
  }

  /** @returns false if there is no such edge: the event comes too late, and nothing is changed */
  #enter(event: FailoverEvent): boolean {
    const next = failoverTransitions[this.#state][event];
    if (next === undefined) return false;
    this.#state = next;
    return true;
  }

  #openData(start: SpeechPosition, after?: Promise<unknown>): DataPart {
    const options = { ...this.#options, ...this.#settings, awaitsReceivers: true };
    const utterance = this.#group.data.openUtterance(options);
    this.#parts.enter(utterance, start.ms);
    const part: DataPart = new DataPart({
      ...{ clock: this.#group.clock, utterance, start, after },
      codecDelayMs: this.#options.codecDelayMs ?? 0,
      onDidCheck: (health) => this.#checked(part, health),
    });
    return part;
  }

  #openMedia(continues?: LaneContinuation): LaneUtterance {
    return this.#group.openMedia().openUtterance({ ...this.#options, ...this.#settings, continues });
  }

  #checked(data: DataPart, health: DataLaneHealth): void {
    if (this.#group.clock.nowMs() >= this.#retryAtMs) this.#enter('retryDue');
    if (areReceiversSilent(health, this.#group.limits) && this.#enter('receiversSilent'))
      this.#prepareMedia(data);
  }

  /**
   * Opens the media lane, whose track tells receivers by its name where it goes on. Only when somebody listens to it
   * is the data lane left: until then it may still come back.
   */
  #prepareMedia(data: DataPart): void {
    const frame = data.utterance.playout.safeFrame;
    data.freeze(true);
    if (data.handOver(frame, this.#written.frames) === undefined) return this.#mediaFailed(data);
    let part: LaneUtterance;
    try {
      const channel = this.#group.data.streamChannel;
      part = this.#openMedia({ channel, utteranceSequence: data.utterance.utteranceSequence, frame });
    } catch {
      return this.#mediaFailed(data);
    }
    this.#opening = part;
    part.ready().then(
      () => {
        const handover = data.handOver(frame, this.#written.frames);
        if (handover === undefined) this.#mediaFailed(data);
        else if (this.#enter('mediaReady')) this.#leaveData(data, part, frame, handover);
      },
      () => this.#mediaFailed(data),
    );
  }

  #mediaFailed(data: DataPart): void {
    if (!this.#enter('mediaFailed')) return;
    this.#giveUpOpening();
    data.freeze(false);
    this.#retryAtMs = this.#group.clock.nowMs() + retryAfterMs;
    this.#group.noteFailureToChange();
  }

  /** What is only being prepared would stand in the way of the next one. */
  #giveUpOpening(): void {
    this.#opening?.cancel();
    this.#opening = undefined;
  }

  #leaveData(data: DataPart, part: LaneUtterance, frame: number, handover: Handover): void {
    const { frames, head, positionMs, remainingMs } = handover;
    this.#opening = undefined;
    this.#queue.add(...frames);
    this.#data = undefined;
    data.dispose();
    const headMs = (1000 * head.length) / this.#options.sampleRateHz;
    this.#enterMedia(part, positionMs - headMs, { after: data.after, afterMs: remainingMs, head });
    data.utterance.stop(frame);
    const sentMs = data.start.ms + data.utterance.playout.sentMs;
    this.#parts.noteChange(this.#group.changeTo('media', positionMs, Math.max(0, sentMs - positionMs)));
  }

  /** From here on the media lane says what is in the queue, after the time that receivers need for what they hold. */
  #enterMedia(utterance: LaneUtterance, startMs: number, start: MediaPartStart): void {
    this.#parts.enter(utterance, startMs);
    const part = new MediaPart(utterance, {
      ...{ clock: this.#group.clock, signal: this.#stop.signal, queue: this.#queue },
      start,
      isEnded: () => this.#sampleCount !== undefined,
      mayStopAfter: ({ format }) => this.#group.isDataBack(format.codecId) && this.#enter('receiversAnswer'),
    });
    const leave = (hasStopped: boolean) => (hasStopped ? this.#leaveMedia(utterance) : undefined);
    // A part that has failed or was cancelled says so itself.
    const ignore = (): void => undefined;
    part.speak().then(leave).catch(ignore);
  }

  /** At the end of a phrase: what the media lane has is played out, then the data lane says the rest. */
  async #leaveMedia(part: LaneUtterance): Promise<void> {
    this.#parts.leave();
    part.end(0);
    const end = await part.played;
    if (this.isOver) return;
    if (end.outcome !== 'complete') return this.#finish(end);
    await delay(this.#group.clock, mediaTailMs, this.#stop.signal);
    if (!this.#enter('phrasePlayed')) return;
    const data = this.#openData({
      frames: this.#written.frames - this.#queue.length,
      samples: this.#written.samples - this.#queue.sampleCount,
      ms: this.#written.ms - this.#queue.durationMs,
    });
    this.#parts.noteChange(this.#group.changeTo('data', data.start.ms, 0));
    while (this.#queue.length > 0) {
      await data.utterance.ready();
      const frames = this.#queue.removeBatch(this.#group.data.maxPayloadBytes);
      data.utterance.writeFrames(data.take(frames));
    }
    if (!this.#enter('caughtUp')) return;
    this.#data = data;
    this.#queue.noteRoom();
    if (this.#sampleCount !== undefined) data.end(this.#sampleCount);
    data.watch();
  }

  #finish(end: LaneUtteranceEnd): void {
    this.#close();
    this.#parts.finish(end);
  }

  #close(): void {
    this.#enter('ended');
    this.#parts.leave();
    this.#giveUpOpening();
    this.#data?.dispose();
    this.#stop.abort();
    this.#queue.close();
  }
}
