import { createDeferred } from '@eloquence/base';
import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { ReportPacket } from '@eloquence/wire';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import type { ReceiverStream } from '../stream/receiver-stream.js';
import type { UtteranceOutlet } from './data-utterance-context.js';
import type { FanOut } from './fan-out.js';
import type { HeardPosition, PlayoutEstimate } from './playout-estimate.js';

export interface HeardPositionsOptions {
  readonly clock: Clock;
  readonly outlet: UtteranceOutlet;
  readonly fanOut: FanOut;
  readonly playout: PlayoutEstimate;
}

/** An answer to FLUSH may take this long beyond the round trip, ms: the last FLUSH goes out after 60 ms. */
const spareAnswerMs = 100;
/** …and this long in all, ms. */
const longestAnswerMs = 1500;

/**
 * How far the receivers of an utterance have heard it. After a FLUSH each of them answers where it fell silent, which is
 * exact to a frame and worth waiting for; what does not come is estimated.
 */
export class HeardPositions implements Disposable {
  readonly #options: HeardPositionsOptions;
  readonly #settled = createDeferred<void>();
  /** Of those that were given up or replaced, the one that was furthest on: a listener may greet anew any number of times. */
  #dropped: HeardPosition = { frames: 0, ms: 0, errorMs: 0 };
  /** When receivers were told to fall silent. */
  #flushedAtMs: number | undefined;
  /** Another lane says what follows. */
  #endFrame = Number.POSITIVE_INFINITY;
  /** Nobody has said that it played to the end. */
  #isPresumed = false;
  #timer: Disposable | undefined;
  #isSettled = false;

  /** No better answer is waited for. */
  readonly settled: Promise<void> = this.#settled.promise;

  constructor(options: HeardPositionsOptions) {
    this.#options = options;
  }

  /** The receiver that is furthest on. */
  get current(): HeardPosition {
    const { clock, fanOut, playout } = this.#options;
    let furthest = this.#dropped;
    for (const stream of fanOut.streams.values()) {
      const oneWayMs = stream.peer.rtt.minMs / 2;
      const nowMs = this.#isPresumed ? stream.peer.aliveUntilMs : clock.nowMs();
      const atMs = this.#flushedAtMs === undefined ? nowMs : this.#flushedAtMs + oneWayMs;
      furthest = furtherOf(furthest, playout.heardBy(stream, atMs, this.#endFrame));
    }
    return furthest;
  }

  /** This receiver is given up or replaced. @param aliveUntilMs when it gave the last sign of life */
  noteDropped({ receiver }: ReceiverPeer, aliveUntilMs: number): void {
    const { clock, fanOut, playout } = this.#options;
    const stream = fanOut.streams.get(receiver);
    const atMs = Math.min(clock.nowMs(), aliveUntilMs);
    if (stream !== undefined)
      this.#dropped = furtherOf(this.#dropped, playout.heardBy(stream, atMs, this.#endFrame));
  }

  /** Nobody has said that it played to the end: what counts is the time up to the last sign of life. */
  presume(): void {
    this.#isPresumed = true;
  }

  /** Receivers play on to this frame, where another lane takes over. */
  playOutTo(frame: number, remainingMs: number): void {
    this.#endFrame = frame;
    this.#settleAfter(remainingMs);
  }

  /** Receivers are told to fall silent, and will answer. */
  awaitAnswers(): void {
    const { clock, outlet, fanOut } = this.#options;
    this.#flushedAtMs = clock.nowMs();
    let waitMs = 0;
    for (const { peer } of fanOut.streams.values())
      waitMs = Math.max(waitMs, peer.rtt.smoothedMs + 4 * peer.rtt.variationMs + spareAnswerMs);
    if (!outlet.isOpen() || this.#areAllAnswered) this.settle();
    else this.#settleAfter(Math.min(longestAnswerMs, waitMs));
  }

  /** A report that came when the utterance was over already. */
  takeAnswer(stream: ReceiverStream, report: ReportPacket, nowMs: number): void {
    stream.notePlayout(report, nowMs);
    if (this.#areAllAnswered) this.settle();
  }

  settle(): void {
    this.#isSettled = true;
    this.dispose();
    this.#settled.resolve();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  get #areAllAnswered(): boolean {
    const streams = [...this.#options.fanOut.streams.values()];
    return streams.every(({ lastReport }) => lastReport?.report.playout === 'finished');
  }

  #settleAfter(waitMs: number): void {
    if (this.#isSettled) return;
    this.dispose();
    this.#timer = this.#options.clock.setTimer(() => this.settle(), waitMs);
  }
}

function furtherOf(one: HeardPosition, other: HeardPosition): HeardPosition {
  return other.ms > one.ms || one.frames === 0 ? other : one;
}
