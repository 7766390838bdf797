import { isEloquenceError, type LaneReport, type SessionEvent } from '@eloquence/plugin-api';
import { AdaptiveAudioStreamer, type StreamerOptions, type Utterance } from '@eloquence/streamer';
import type { ArmState } from '../../protocol.js';
import type { ArmAccount, ArmEnd } from './arm-account.js';
import { type ArmRoom, type DemoArm, LISTENER_TIMEOUT_MS } from './arm-room.js';

export interface EloquenceArmOptions {
  readonly room: ArmRoom;
  readonly streamer: StreamerOptions;
  /** Profile of the next utterance. */
  readonly profile: () => string;
  readonly onEvent: (event: SessionEvent) => void;
}

/** The data lane, ahead of playout. */
export class EloquenceArm implements DemoArm {
  readonly id = 'eloquence';
  readonly streamer: AdaptiveAudioStreamer;
  readonly #options: EloquenceArmOptions;
  readonly #room: ArmRoom;
  #account: ArmAccount | undefined;
  #report: LaneReport | undefined;

  constructor(options: EloquenceArmOptions) {
    this.#options = options;
    this.#room = options.room;
    this.streamer = new AdaptiveAudioStreamer(options.room.room, {
      ...options.streamer,
      lane: 'data',
      preloadVoice: false,
      clock: options.room.clock,
    });
    this.streamer.onDidPublishEvent((event) => this.#heardOf(event));
  }

  get state(): ArmState {
    // The lane still counts receivers that have left, since they may come back: they say nothing of who is here.
    const { listeners, greeted: present, isLost } = this.#room;
    const { lane } = this.streamer;
    const isReady = !isLost && lane !== undefined && listeners > 0 && present.length >= listeners;
    return { arm: this.id, listeners, present, isReady, lane: lane ?? null };
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await this.#initialize(signal);
    await this.#room.waitUntil(() => this.#room.greeted.length > 0, signal);
  }

  async speak(account: ArmAccount, signal: AbortSignal): Promise<ArmEnd> {
    const { clock } = this.#room;
    this.#account = account;
    this.#report = undefined;
    let frameMs = 0;
    const onStop = (): void => {
      const nowMs = clock.nowMs();
      account.bargeIn.stop(nowMs, account.sentMs, this.#heardMs(frameMs));
      // The receiver drops what it holds when it is told to, one way later; it does not answer.
      if (this.#report !== undefined)
        account.bargeIn.silent(nowMs + this.#report.smoothedRttMs / 2, 'estimate');
    };
    signal.addEventListener('abort', onStop, { once: true });
    const chunks = account.run.chunks(signal, () => undefined);
    const utterance: Utterance = this.streamer.say(chunks, { signal, profile: this.#options.profile() });
    utterance.onDidStartPlayout(({ atMs }) => account.firstAudio(atMs, 'receiver', null));
    utterance.onDidEncodeFrame(({ payload, format }) => {
      ({ frameMs } = format);
      account.sent(1, payload.byteLength, frameMs);
    });
    try {
      const metrics = await utterance.done;
      if (metrics.outcome === 'cancelled')
        account.bargeIn.settle(
          account.sentMs,
          Math.max(this.#heardMs(frameMs), metrics.framesPlayed * frameMs),
        );
      return { outcome: metrics.outcome, metrics };
    } finally {
      signal.removeEventListener('abort', onStop);
    }
  }

  async dispose(): Promise<void> {
    try {
      await this.streamer.dispose();
    } finally {
      await this.#room.close();
    }
  }

  /** On a bad link, finding the listener may need more than one go. */
  async #initialize(signal: AbortSignal): Promise<void> {
    const endMs = this.#room.clock.nowMs() + LISTENER_TIMEOUT_MS;
    for (;;) {
      this.#room.checkConnected();
      try {
        return await this.streamer.initialize(signal);
      } catch (error) {
        const isOver = this.#room.clock.nowMs() >= endMs;
        if (isOver || !isEloquenceError(error) || error.code !== 'NO_RECEIVER') throw error;
      }
    }
  }

  #heardOf(event: SessionEvent): void {
    const account = this.#account;
    if (event.kind === 'utteranceStart')
      account?.started({ profile: event.profile, codec: event.codec, batcher: event.batcher });
    else if (event.kind === 'report' && account !== undefined) this.#reported(event.report, account);
    this.#options.onEvent(event);
  }

  #reported(report: LaneReport, account: ArmAccount): void {
    // What still comes of the utterance before is not this one's.
    if (this.#report !== undefined && report.utteranceSequence < this.#report.utteranceSequence) return;
    this.#report = report;
    account.reported(report);
    const isSounding = report.playout === 'playing' || report.playout === 'stalled';
    if (!isSounding && account.bargeIn.hasStopped)
      account.bargeIn.silent(report.atMs - report.smoothedRttMs / 2, 'receiver');
  }

  /** By the latest report, carried on to now. */
  #heardMs(frameMs: number): number {
    const report = this.#report;
    if (report === undefined) return 0;
    const sinceMs = report.playout === 'playing' ? this.#room.clock.nowMs() - report.atMs : 0;
    return (
      report.playheadFrame * frameMs + Math.min(sinceMs + report.smoothedRttMs / 2, report.bufferAheadMs)
    );
  }
}
