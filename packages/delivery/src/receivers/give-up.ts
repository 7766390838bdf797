import type { ReceiverStream } from '../stream/receiver-stream.js';
import type { FanOut } from '../utterance/fan-out.js';
import type { PlayoutEstimate } from '../utterance/playout-estimate.js';
import type { UtteranceWriter } from '../utterance/utterance-writer.js';
import type { AwakeClock } from './awake-clock.js';
import type { ReceiverPeer } from './receiver-peer.js';

/** Time between two checks of a receiver, ms. */
export const checkIntervalMs = 500;
/** How long a receiver may owe an acknowledgement before it is given up, ms, unless the lane is told otherwise. */
export const unackedLimitDefaultMs = 10_000;
/** How much later than expected a receiver may have played everything, ms, beside its round trip… */
const playoutMarginMs = 2000;
/** …of which no more than this counts: what a queue has blown up must not put off the end. */
const longestRoundTripMs = 1000;
/** Audio that may wait for one receiver while another takes more, beside what waited when it came, ms. */
const maxQueuedMs = 30_000;

export interface GiveUpOptions {
  readonly awake: AwakeClock;
  readonly fanOut: FanOut;
  readonly playout: PlayoutEstimate;
  readonly writer: UtteranceWriter;
  /** How long a receiver may owe an acknowledgement, ms. */
  readonly unackedLimitMs: number;
}

/** A receiver that is given up, and why, as the end of a sentence. */
export interface Abandoned {
  readonly stream: ReceiverStream;
  readonly fault: string;
}

/**
 * The one rule for giving up: a receiver holds up nobody but itself.
 *
 * - It is given up when it has owed an acknowledgement in this utterance for 10 s, or lacks something 10 s after it
 *   should have heard all that there is. One that greets anew, with another id, is replaced at once (`FanOut.replace`).
 * - One that has everything is presumed to have played it when the rest of its playout, 2 s and its round trip have
 *   passed, whatever it reports.
 * - One that is silent already is not waited for in the next utterance (`isAbsent`).
 *
 * All of it is counted on a clock that knows its own gaps.
 */
export class GiveUp {
  readonly #options: GiveUpOptions;
  /** When those that have everything are presumed to have played it. */
  readonly #presumedAtMs = new WeakMap<ReceiverStream, number>();

  constructor(options: GiveUpOptions) {
    this.#options = options;
  }

  /** Receivers that are to be given up. */
  find(): Abandoned[] {
    return this.#where((stream) => this.#faultOf(stream));
  }

  /** The writer follows the fastest receiver, and what waits for the others must not grow without end. */
  findFarBehind(): Abandoned[] {
    if (this.#options.fanOut.streams.size === 1) return [];
    return this.#where(({ queuedMs, backlogMs }) =>
      queuedMs > maxQueuedMs + backlogMs
        ? `is ${Math.round(queuedMs)} ms behind the fastest receiver`
        : undefined,
    );
  }

  #where(faultOf: (stream: ReceiverStream) => string | undefined): Abandoned[] {
    return [...this.#options.fanOut.streams.values()].flatMap((stream) => {
      const fault = faultOf(stream);
      return fault === undefined ? [] : [{ stream, fault }];
    });
  }

  #faultOf(stream: ReceiverStream): string | undefined {
    const { awake, fanOut, playout, unackedLimitMs } = this.#options;
    const nowMs = awake.nowMs();
    if (stream.isComplete) {
      const presumedAtMs = this.#presumedAtMs.get(stream) ?? this.#presumeLater(stream, nowMs);
      if (nowMs >= presumedAtMs) fanOut.presumePlayed(stream);
      return undefined;
    }
    this.#presumedAtMs.delete(stream);
    const { unackedForMs } = stream;
    if (unackedForMs > unackedLimitMs) return `acknowledged nothing for ${Math.round(unackedForMs)} ms`;
    const isOwing = this.#options.writer.isEnded || unackedForMs > 0;
    const overdueMs = isOwing ? nowMs - Math.max(playout.dueAtMs, stream.progress.openedAtMs) : 0;
    if (overdueMs > unackedLimitMs)
      return `lacks something ${Math.round(overdueMs)} ms after the end was due`;
    return undefined;
  }

  /** No later than the time that its acknowledgements allow, even if it claims to have played little. */
  #presumeLater(stream: ReceiverStream, nowMs: number): number {
    const { playout, unackedLimitMs } = this.#options;
    const { smoothedMs, variationMs } = stream.peer.rtt;
    const endMs = nowMs + playout.remainingMsOf(stream);
    const latestMs = Math.max(playout.dueAtMs + unackedLimitMs - checkIntervalMs, stream.progress.heardAtMs);
    const marginMs = playoutMarginMs + Math.min(longestRoundTripMs, smoothedMs + 4 * variationMs);
    const presumedAtMs = Math.min(endMs, latestMs) + marginMs;
    this.#presumedAtMs.set(stream, presumedAtMs);
    return presumedAtMs;
  }
}

/** Whether a receiver has left a question unanswered for so long that the next utterance does not wait for it. */
export function isAbsent(peer: ReceiverPeer, awake: AwakeClock, unackedLimitMs: number): boolean {
  return peer.unansweredForMs(awake.nowMs()) > unackedLimitMs;
}
