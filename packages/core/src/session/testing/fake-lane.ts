import { createDeferred } from '@eloquence/base';
import {
  type Clock,
  type EncodedFrame,
  Emitter,
  EloquenceError,
  type FrameBatch,
  type Lane,
  type LaneChange,
  type LaneCounters,
  type LaneKind,
  type LaneReport,
  type LaneUtterance,
  type LaneUtteranceEnd,
  type WordTiming,
  noLinks,
} from '@eloquence/plugin-api';

/** A lane that takes everything, and says that it was delivered and played some time after its end. */
export class FakeLane implements Lane {
  kind: LaneKind = 'data';
  capabilities = { frames: true, pcm: false, probe: false, wordTimings: true, perReceiver: false };
  readonly links = noLinks;
  readonly changeLane = new Emitter<LaneChange>();
  readonly onDidChangeLane = this.changeLane.event;
  readonly maxPayloadBytes = 1033;
  receiverCount = 1;
  readonly utterances: FakeLaneUtterance[] = [];
  readonly #onDidReport = new Emitter<LaneReport>();
  readonly onDidReport = this.#onDidReport.event;
  readonly deliverAfterMs = 20;
  playAfterMs = 60;
  /** How an utterance ends that was not cut. */
  playedAs: LaneUtteranceEnd['outcome'] = 'complete';
  /** How long it takes until it is known where a cancelled utterance fell silent. */
  silentAfterMs = 0;
  canDecode: (codecId: string) => boolean = () => true;
  /** Writers are held back while this is true. */
  isFull = false;
  isDisposed = false;

  constructor(readonly clock: Clock) {}

  get reportListeners(): number {
    return this.#onDidReport.listenerCount;
  }

  canReceive(codecId: string): boolean {
    return this.canDecode(codecId);
  }

  openUtterance(): FakeLaneUtterance {
    const utterance = new FakeLaneUtterance(this.utterances.length, this);
    this.utterances.push(utterance);
    return utterance;
  }

  dispose(): void {
    this.isDisposed = true;
    for (const utterance of this.utterances) utterance.cancel();
    this.#onDidReport.dispose();
  }
}

export class FakeLaneUtterance implements LaneUtterance {
  readonly bufferAheadMs = 0;
  readonly frames: EncodedFrame[] = [];
  readonly batches: number[] = [];
  /** What was told of words, call by call. */
  readonly words: (readonly WordTiming[])[] = [];
  readonly batchTimesMs: number[] = [];
  readonly #played = createDeferred<LaneUtteranceEnd>();
  readonly #delivered = createDeferred<LaneUtteranceEnd>();
  readonly #waiters: { resolve(): void; reject(error: unknown): void }[] = [];
  readonly startPlayout = new Emitter<{ readonly atMs: number }>();
  readonly onDidStartPlayout = this.startPlayout.event;
  readonly played = this.#played.promise;
  readonly delivered = this.#delivered.promise;
  sampleCount: number | undefined;
  wasCancelled = false;
  laneChanges: readonly LaneChange[] = [];
  heard: Partial<LaneCounters> = {};
  #error: EloquenceError | undefined;
  #deliveredAtMs: number | undefined;

  constructor(
    readonly utteranceSequence: number,
    private readonly lane: FakeLane,
  ) {}

  get isOver(): boolean {
    return this.#error !== undefined;
  }

  ready(): Promise<void> {
    if (this.#error) return Promise.reject(this.#error);
    if (!this.lane.isFull) return Promise.resolve();
    const waiter = createDeferred<void>();
    this.#waiters.push(waiter);
    return waiter.promise;
  }

  writeFrames({ frames }: FrameBatch): void {
    this.frames.push(...frames);
    this.batches.push(frames.length);
    this.batchTimesMs.push(this.lane.clock.nowMs());
  }

  writeWords(words: readonly WordTiming[]): void {
    this.words.push(words);
  }

  writePcm(): Promise<void> {
    return Promise.reject(new Error('a data lane'));
  }

  applySettings(): void {
    // Nothing depends on them here.
  }

  end(sampleCount: number): void {
    this.sampleCount = sampleCount;
    this.lane.clock.setTimer(() => {
      this.#deliveredAtMs = this.lane.clock.nowMs();
      if (!this.isOver) this.#delivered.resolve(this.#result('complete'));
    }, this.lane.deliverAfterMs);
    this.lane.clock.setTimer(() => this.#finish(this.lane.playedAs), this.lane.playAfterMs);
  }

  cancel(): void {
    if (!this.isOver) this.wasCancelled = true;
    this.#finish('cancelled');
  }

  fail(error: EloquenceError): void {
    this.#finish('failed', error);
  }

  #finish(outcome: LaneUtteranceEnd['outcome'], error?: EloquenceError): void {
    if (this.isOver) return;
    this.#error = error ?? new EloquenceError('ABORTED', 'over');
    for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#error);
    const result = this.#result(outcome, error);
    this.#delivered.resolve(result);
    const { silentAfterMs, clock } = this.lane;
    if (outcome === 'cancelled' && silentAfterMs > 0)
      clock.setTimer(() => this.#played.resolve(result), silentAfterMs);
    else this.#played.resolve(result);
  }

  #result(outcome: LaneUtteranceEnd['outcome'], error?: EloquenceError): LaneUtteranceEnd {
    return {
      outcome,
      counters: this.#counters(),
      ...(error ? { error } : {}),
      ...(this.laneChanges.length > 0 ? { laneChanges: this.laneChanges } : {}),
    };
  }

  #counters(): LaneCounters {
    return {
      framesSent: this.frames.length,
      framesAcknowledged: this.frames.length,
      framesPlayed: this.frames.length,
      packetsSent: this.batches.length,
      packetsRetransmitted: 0,
      redundantPackets: 0,
      payloadBytes: this.frames.reduce((sum, frame) => sum + frame.payload.length, 0),
      sentBytes: 0,
      stalls: 0,
      stalledMs: 0,
      concealedMs: 0,
      ...this.heard,
      ...(this.#deliveredAtMs === undefined ? {} : { deliveredAtMs: this.#deliveredAtMs }),
    };
  }
}
