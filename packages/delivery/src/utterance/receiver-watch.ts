import type { ReceiverStream } from '../stream/receiver-stream.js';
import type { FanOut } from './fan-out.js';
import type { UtteranceOutlet } from './data-utterance-context.js';
import type { PlayoutEstimate } from './playout-estimate.js';

export interface ReceiverWatchOptions {
  readonly outlet: UtteranceOutlet;
  readonly fanOut: FanOut;
  readonly playout: PlayoutEstimate;
  /** Longest silence of a receiver that owes an answer, ms. */
  readonly silenceLimitMs: number;
}

/** Least time between two checks of a receiver, ms. */
export const checkIntervalMs = 500;
/** Audio that may wait for one receiver while another takes more, ms. */
const maxQueuedMs = 30_000;

/** Finds receivers that an utterance goes on without, and keeps the others talking. */
export class ReceiverWatch {
  readonly #options: ReceiverWatchOptions;

  constructor(options: ReceiverWatchOptions) {
    this.#options = options;
  }

  /** @returns what is so wrong with the receiver that it is given up, as the end of a sentence; or nothing */
  check(stream: ReceiverStream, nowMs: number): string | undefined {
    const { fanOut, outlet, playout, silenceLimitMs } = this.#options;
    const silentMs = nowMs - stream.peer.lastHeardAtMs;
    // It has everything: nobody can tell whether it plays, but nothing is left to be done for it.
    if (stream.isComplete && silentMs > silenceLimitMs) {
      if (playout.remainingMs() === 0) fanOut.presumePlayed(stream);
      return undefined;
    }
    const fault = this.#faultOf(stream, silentMs, nowMs);
    if (fault === undefined && silentMs > 2 * checkIntervalMs) outlet.ping(stream.peer);
    return fault;
  }

  /** As `check`: the writer follows the fastest receiver, and what waits for the others must not grow without end. */
  checkQueue(stream: ReceiverStream): string | undefined {
    if (stream.queuedMs <= maxQueuedMs || this.#options.fanOut.streams.size === 1) return undefined;
    return `is ${Math.round(stream.queuedMs)} ms behind the fastest receiver`;
  }

  #faultOf(stream: ReceiverStream, silentMs: number, nowMs: number): string | undefined {
    const { playout, silenceLimitMs } = this.#options;
    if (playout.hasBegun && silentMs > silenceLimitMs)
      return `has been silent for ${Math.round(silentMs)} ms`;
    const unackedForMs = stream.unackedForMs(nowMs);
    // It answers, but takes nothing: it is full and does not play, or something is broken.
    if (unackedForMs > silenceLimitMs) return `took nothing for ${Math.round(unackedForMs)} ms`;
    // It came back under its name without what it had, and what it had is no longer here to send again.
    if (stream.contradictedMs(nowMs) > silenceLimitMs)
      return 'has lost what it had, as if it had started anew';
    return undefined;
  }
}
