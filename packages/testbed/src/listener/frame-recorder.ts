import type { FramePlayedEvent, UtteranceEvent, UtteranceFinishedEvent } from '@eloquence/playout';
import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { HeardFrames } from './listener.js';
import { createHash, type Hash } from 'node:crypto';

/** Counts the frames of one utterance as they are played, from nothing but the frames themselves. */
export class FrameTally {
  readonly #seen = new Set<number>();
  readonly #hash: Hash = createHash('sha256');
  #duplicated = 0;

  add(index: number, payload: Uint8Array): void {
    if (this.#seen.has(index)) this.#duplicated++;
    this.#seen.add(index);
    this.#hash.update(payload);
  }

  /** Distinct frames. */
  get count(): number {
    return this.#seen.size;
  }

  get duplicated(): number {
    return this.#duplicated;
  }

  /** SHA-256 of all payloads so far, in hexadecimal. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** Gathers what is played of one utterance after the other, as frames. */
export class FrameRecorder {
  readonly #clock: Clock;
  #tally = new FrameTally();
  #playoutStartedAtMs: number | null = null;
  #stalls = 0;
  #finished: UtteranceFinishedEvent | undefined;
  #onFinish: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Forgets the utterance before. */
  begin(): void {
    this.#tally = new FrameTally();
    this.#playoutStartedAtMs = null;
    this.#stalls = 0;
    this.#finished = undefined;
  }

  startPlayout({ atMs }: UtteranceEvent): void {
    this.#playoutStartedAtMs ??= atMs;
  }

  stall(): void {
    this.#stalls++;
  }

  playFrame({ index, payload }: FramePlayedEvent): void {
    this.#tally.add(index, payload);
  }

  finish(event: UtteranceFinishedEvent): void {
    this.#finished ??= event;
    this.#onFinish?.();
  }

  /** What was played, once the utterance is over, or after `timeoutMs`. */
  async collect(timeoutMs: number): Promise<HeardFrames> {
    if (this.#finished === undefined && timeoutMs > 0) await this.#waitForFinish(timeoutMs);
    const end = this.#finished;
    return {
      playoutStartedAtMs: this.#playoutStartedAtMs,
      lastFrameAtMs: end?.completedAtMs ?? null,
      framesPlayed: this.#tally.count,
      framesDuplicated: this.#tally.duplicated,
      stalls: end?.stalls ?? this.#stalls,
      stallMs: end?.stalledMs ?? 0,
      concealedMs: end?.concealedMs ?? 0,
      sha256: this.#tally.digest(),
    };
  }

  async #waitForFinish(timeoutMs: number): Promise<void> {
    let timer: Disposable | undefined;
    await new Promise<void>((resolve) => {
      this.#onFinish = resolve;
      timer = this.#clock.setTimer(resolve, timeoutMs);
    });
    this.#onFinish = undefined;
    timer?.dispose();
  }
}
