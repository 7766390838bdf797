import { FrameEar } from '../listener/frame-ear.js';
import type { HeardFrames } from '../figures/heard.js';
import type { SpeechReceiver } from '@eloquence/playout';
import { DisposableStore } from '@eloquence/base';
import type { Clock, Disposable } from '@eloquence/plugin-api';
import { type HeardSilence, Silences } from './silences.js';

/** A stall, and what playout was missing. */
export interface HeardStall {
  readonly atMs: number;
  readonly durationMs: number;
  /** `hole`: later frames were there, one before them had been lost; `starved`: nothing was there. */
  readonly cause: 'hole' | 'starved';
}

/** What a listener noted of one utterance; plain data, for it crosses processes. */
export interface ListenerAccount {
  readonly heard: HeardFrames;
  readonly arrivalsAtMs: readonly number[];
  readonly stalls: readonly HeardStall[];
  readonly silences: readonly HeardSilence[];
}

/** Of one utterance; more than two minutes of speech in the smallest packets. */
const MAX_ARRIVALS = 8192;
const MAX_STALLS = 1024;

/** Notes what a receiver hears of one speaker: the frames, when they arrived, and every stall with its cause. */
export class SessionEar implements Disposable {
  readonly #frames: FrameEar;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  #arrivalsAtMs: number[] = [];
  readonly #silences = new Silences();
  #stalls: HeardStall[] = [];
  #openStall: { readonly atMs: number; readonly cause: HeardStall['cause'] } | undefined;
  #highestFrame = -1;
  #lastPlayed = -1;

  constructor(clock: Clock, receiver: SpeechReceiver, speaker: string) {
    this.#clock = clock;
    const frames = (this.#frames = new FrameEar(clock));
    const isSpeaker = ({ sender }: { readonly sender: string }): boolean => sender === speaker;
    this.#owned.add(receiver.onDidStartPlayout((event) => isSpeaker(event) && frames.startPlayout(event)));
    this.#owned.add(
      receiver.onDidReceiveFrames((event) => {
        if (!isSpeaker(event)) return;
        if (this.#arrivalsAtMs.length < MAX_ARRIVALS) this.#arrivalsAtMs.push(event.atMs);
        this.#highestFrame = Math.max(this.#highestFrame, event.firstFrame + event.frameCount - 1);
      }),
    );
    this.#owned.add(
      receiver.onDidPlayFrame((event) => {
        if (!isSpeaker(event)) return;
        this.#lastPlayed = event.index;
        frames.playFrame(event);
      }),
    );
    this.#owned.add(
      receiver.onDidStall((event) => {
        if (!isSpeaker(event)) return;
        frames.stall();
        this.#endStall(event.atMs);
        this.#openStall = {
          atMs: event.atMs,
          cause: this.#highestFrame > this.#lastPlayed ? 'hole' : 'starved',
        };
      }),
    );
    this.#owned.add(receiver.onDidResume((event) => isSpeaker(event) && this.#endStall(event.atMs)));
    this.#owned.add(receiver.onDidFinishUtterance((event) => isSpeaker(event) && frames.finish(event)));
  }

  /** What is heard from now on belongs to the next utterance. */
  begin(): void {
    this.#frames.begin();
    this.#silences.begin();
    this.#arrivalsAtMs = [];
    this.#stalls = [];
    this.#openStall = undefined;
    this.#highestFrame = -1;
    this.#lastPlayed = -1;
  }

  /** Sound on any lane, as it is due to be heard. */
  hear(samples: Int16Array, atMs: number): void {
    this.#silences.hear(samples, atMs);
  }

  /** What was heard, once the utterance is over, or after `timeoutMs`. */
  async collect(timeoutMs: number): Promise<ListenerAccount> {
    const heard = await this.#frames.collect(timeoutMs);
    this.#endStall(this.#clock.nowMs());
    return { heard, arrivalsAtMs: this.#arrivalsAtMs, stalls: this.#stalls, silences: this.#silences.list() };
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #endStall(atMs: number): void {
    const open = this.#openStall;
    this.#openStall = undefined;
    if (open === undefined || this.#stalls.length >= MAX_STALLS) return;
    this.#stalls.push({ ...open, durationMs: atMs - open.atMs });
  }
}
