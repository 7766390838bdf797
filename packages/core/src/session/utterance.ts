import { createDeferred, onAbort } from '@eloquence/base';
import {
  type Disposable,
  Emitter,
  EloquenceError,
  type EncodedFrame,
  type Event,
  type Scenario,
  type UtteranceMetrics,
  abortedError,
} from '@eloquence/plugin-api';
import type { SpeechInput } from './speech-input.js';

export interface SayOptions {
  /** Aborting it is barge-in: the voice stops, what is queued is dropped, the receiver falls silent. */
  readonly signal?: AbortSignal;
  /** Pins a profile; `auto` lets the policy choose. The session's if absent. */
  readonly profile?: string;
  readonly scenario?: Scenario;
  /** For rules to act on, for example `{ network: 'metered' }`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly voice?: string;
  /** Ids of the text filters that the text passes, in order; the session's if absent, none if empty. */
  readonly textFilters?: readonly string[] | undefined;
  /** Speaking rate relative to the voice's normal rate, 0.5–2. */
  readonly rate?: number;
}

/** One thing said, from the moment it was asked for. */
export interface Utterance {
  readonly id: number;
  readonly state: UtteranceState;
  /**
   * Resolves when every sample is at the receiver; its figures of playout are those known by then.
   * Resolves and rejects like {@link done} if it ends before that.
   */
  readonly delivered: Promise<UtteranceMetrics>;
  /**
   * Resolves when the receiver has played the last sample or should have (`presumed`: nobody has said so), or when the
   * utterance was cancelled: `outcome` says which. Settles within 13 s after the last sample should have been heard,
   * whatever receivers do. Rejects with an `EloquenceError` if it could not be spoken in full; the message says what is
   * missing, and its `metrics` how far it was heard.
   */
  readonly done: Promise<UtteranceMetrics>;
  readonly onDidStartPlayout: Event<{ readonly atMs: number }>;
  /** Every frame as it is encoded, in order. */
  readonly onDidEncodeFrame: Event<EncodedFrame>;
  /** Barge-in, as by the abort signal. */
  cancel(): void;
}

export type UtteranceState = 'queued' | 'speaking' | 'delivered' | 'ended';

/** The session's side of an utterance. */
export class DefaultUtterance implements Utterance, Disposable {
  readonly startPlayout = new Emitter<{ readonly atMs: number }>();
  readonly encodeFrame = new Emitter<EncodedFrame>();
  readonly onDidStartPlayout = this.startPlayout.event;
  readonly onDidEncodeFrame = this.encodeFrame.event;
  readonly #abort = new AbortController();
  readonly #delivered = createDeferred<UtteranceMetrics>();
  readonly #done = createDeferred<UtteranceMetrics>();
  readonly delivered = this.#delivered.promise;
  readonly done = this.#done.promise;
  /** Of the caller's signal. */
  readonly #bargeIn: Disposable | undefined;
  #state: UtteranceState = 'queued';

  constructor(
    readonly id: number,
    readonly input: SpeechInput,
    readonly options: SayOptions,
  ) {
    // Whoever does not look at one of the two promises must not get an unhandled rejection.
    this.delivered.catch(() => undefined);
    this.done.catch(() => undefined);
    const { signal } = options;
    this.#bargeIn = signal && onAbort(signal, () => this.cancel());
    if (signal?.aborted) this.cancel();
  }

  get state(): UtteranceState {
    return this.#state;
  }

  /** Aborted by `cancel()` or by the caller's signal. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  cancel(): void {
    if (this.#state !== 'ended') this.#abort.abort(abortedError());
  }

  markSpeaking(): void {
    if (this.#state === 'queued') this.#state = 'speaking';
  }

  markDelivered(metrics: UtteranceMetrics): void {
    if (this.#state === 'ended') return;
    this.#state = 'delivered';
    this.#delivered.resolve(metrics);
  }

  finish(metrics: UtteranceMetrics): void {
    this.#delivered.resolve(metrics);
    this.#done.resolve(metrics);
    this.dispose();
  }

  /** @param metrics what is known of it, if anything was handed over */
  fail(error: EloquenceError, metrics?: UtteranceMetrics): void {
    const told = metrics === undefined ? error : withMetrics(error, metrics);
    this.#delivered.reject(told);
    this.#done.reject(told);
    this.dispose();
  }

  dispose(): void {
    this.#state = 'ended';
    this.#bargeIn?.dispose();
    this.startPlayout.dispose();
    this.encodeFrame.dispose();
  }
}

/** A copy for all but the first of several utterances that fail with one error. */
function withMetrics(error: EloquenceError, metrics: UtteranceMetrics): EloquenceError {
  if (error.metrics === undefined) return Object.assign(error, { metrics });
  const { code, message, value, hint, cause, stack } = error;
  const told = new EloquenceError(code, message, { value, hint, cause, metrics });
  if (stack !== undefined) told.stack = stack;
  return told;
}
