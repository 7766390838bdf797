import { createDeferred } from '@eloquence/base';
import { EloquenceError, Emitter } from '@eloquence/plugin-api';
import type { LaneCounters, LaneUtteranceEnd } from '@eloquence/plugin-api';
import type { ReportPacket } from '@eloquence/wire';
import type { ReceiverStream } from '../stream/receiver-stream.js';
import type { FanOut } from './fan-out.js';
import type { HeardPositions } from './heard-positions.js';
import { sumCounters } from './utterance-counters.js';
import type { UtteranceWriter } from './utterance-writer.js';

/** When an utterance has begun to be heard, is delivered, and is played: told once each, with its counters. */
export class Completion {
  readonly #fanOut: FanOut;
  readonly #writer: UtteranceWriter;
  readonly #heard: HeardPositions;
  readonly #delivered = createDeferred<LaneUtteranceEnd>();
  readonly #played = createDeferred<LaneUtteranceEnd>();
  readonly #onDidStartPlayout = new Emitter<{ readonly atMs: number }>();
  #deliveredAtMs: number | undefined;
  #playoutStartedAtMs: number | undefined;
  #isDelivered = false;
  #isOver = false;
  #error: EloquenceError | undefined;

  readonly onDidStartPlayout = this.#onDidStartPlayout.event;
  readonly delivered = this.#delivered.promise;
  readonly played = this.#played.promise;

  constructor(fanOut: FanOut, writer: UtteranceWriter, heard: HeardPositions) {
    this.#fanOut = fanOut;
    this.#writer = writer;
    this.#heard = heard;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Every receiver has everything. */
  get isDelivered(): boolean {
    return this.#isDelivered;
  }

  /** Why nothing can be written any more; undefined while it can. */
  get error(): EloquenceError | undefined {
    if (!this.#isOver) return undefined;
    return this.#error ?? new EloquenceError('ABORTED', 'The utterance has ended.');
  }

  noteReport(stream: ReceiverStream, report: ReportPacket, nowMs: number): void {
    const sentAtMs = nowMs - stream.peer.rtt.minMs / 2;
    if (report.startedAgoMs !== undefined && this.#playoutStartedAtMs === undefined) {
      this.#playoutStartedAtMs = sentAtMs - report.startedAgoMs;
      this.#onDidStartPlayout.fire({ atMs: this.#playoutStartedAtMs });
    }
    if (stream.progress.deliveredAtMs !== undefined)
      this.#deliveredAtMs = Math.max(this.#deliveredAtMs ?? 0, stream.progress.deliveredAtMs);
  }

  noteDelivered(nowMs: number): void {
    if (this.#isDelivered) return;
    this.#isDelivered = true;
    this.#deliveredAtMs ??= nowMs;
    this.#delivered.resolve({ outcome: 'complete', counters: this.#counters(false) });
  }

  /** Nothing more is sent from now on. */
  close(error: EloquenceError | undefined): void {
    this.#error = error;
    this.#isOver = true;
  }

  /** A cancelled utterance is over for its writer at once, and for its listeners when they have fallen silent. */
  finish(outcome: LaneUtteranceEnd['outcome']): void {
    const end = (): LaneUtteranceEnd => ({
      ...{ outcome, counters: this.#counters(outcome !== 'complete') },
      ...(this.#error && { error: this.#error }),
    });
    this.#delivered.resolve(end());
    if (outcome !== 'cancelled') this.#played.resolve(end());
    else void this.#heard.settled.then(() => this.#played.resolve(end()));
  }

  dispose(): void {
    this.#onDidStartPlayout.dispose();
  }

  #counters(isCut: boolean): LaneCounters {
    const { all, dropped, presumedReceivers } = this.#fanOut;
    return sumCounters(all, {
      framesSent: this.#writer.frameCount,
      droppedReceivers: dropped.length,
      presumedReceivers,
      payloadBytes: this.#writer.payloadBytes,
      deliveredAtMs: this.#deliveredAtMs,
      playoutStartedAtMs: this.#playoutStartedAtMs,
      heard: this.#heard.current,
      isCut,
    });
  }
}
