import type { Clock } from '@eloquence/plugin-api';
import type { AwakeClock } from '../receivers/awake-clock.js';
import type { OutgoingPacket } from './packetizer.js';
import type { ReceiverStream } from '../stream/receiver-stream.js';
import { FrameTimeline, estimatePlayheadMs } from './playhead.js';

export interface PlayoutEstimateOptions {
  readonly clock: Clock;
  readonly awake: AwakeClock;
  /** The receivers that are still served. */
  readonly streams: ReadonlyMap<string, ReceiverStream>;
  /** Audio of earlier utterances that is still to be played, ms. */
  readonly backlogMs: () => number;
}

/** How far an utterance was heard. */
export interface HeardPosition {
  /** Whole frames. */
  readonly frames: number;
  /** From the start of the utterance, ms. */
  readonly ms: number;
  /** How far that may be off, ms. */
  readonly errorMs: number;
}

/** How far the receivers of an utterance are with it: what they have, what they play, and how long that lasts. */
export class PlayoutEstimate {
  readonly #options: PlayoutEstimateOptions;
  readonly #timeline = new FrameTimeline();
  #frameCount = 0;
  #safeFrame: number | undefined;
  #durationMs = 0;
  #firstPackedAtMs: number | undefined;
  #dueAtMs: number | undefined;

  constructor(options: PlayoutEstimateOptions) {
    this.#options = options;
  }

  /** This packet follows those before. */
  add(packet: OutgoingPacket): void {
    this.#timeline.add(packet);
    this.#frameCount = packet.firstFrame + packet.frameCount;
    this.#durationMs = packet.endMs;
    const nowMs = this.#options.awake.nowMs();
    const heardMs = Math.max(nowMs, this.#dueAtMs ?? nowMs + this.#options.backlogMs());
    this.#dueAtMs = heardMs + packet.endMs - packet.startMs;
    this.#firstPackedAtMs ??= this.#options.clock.nowMs();
  }

  /** Anything was handed over. */
  get hasBegun(): boolean {
    return this.#firstPackedAtMs !== undefined;
  }

  /** When all that was handed over should have been heard, on the clock that knows its gaps. */
  get dueAtMs(): number {
    return this.#dueAtMs ?? this.#options.awake.nowMs();
  }

  /** How far what was handed over reaches beyond the playhead that is furthest on, ms. */
  get bufferAheadMs(): number {
    let leastMs = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams()) {
      leastMs = Math.min(leastMs, Math.max(0, this.#durationMs - this.#playheadMs(stream)));
    }
    return Number.isFinite(leastMs) ? leastMs : 0;
  }

  /** Every frame before this one has been acknowledged by all receivers; while there is none, it stays where it was. */
  get safeFrame(): number {
    if (this.#options.streams.size === 0) return this.#safeFrame ?? this.#frameCount;
    let frame = this.#frameCount;
    for (const stream of this.#streams()) frame = Math.min(frame, stream.contiguousFrame);
    this.#safeFrame = frame;
    return frame;
  }

  /** Acknowledged audio that keeps the first receiver to run dry playing, ms; 0 if one stands still already. */
  get reserveMs(): number {
    let leastMs = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams()) {
      const isPlaying = stream.lastReport?.report.playout === 'playing';
      const endMs = this.positionMs(stream.contiguousFrame);
      leastMs = Math.min(leastMs, isPlaying ? Math.max(0, endMs - this.#playheadMs(stream)) : 0);
    }
    return (Number.isFinite(leastMs) ? leastMs : 0) + this.#options.backlogMs();
  }

  /** Where what has been sent to any receiver ends, ms. */
  get sentMs(): number {
    let sentMs = 0;
    for (const { unsentFromMs } of this.#streams())
      sentMs = Math.max(sentMs, unsentFromMs ?? this.#durationMs);
    return sentMs;
  }

  /** Where a frame begins, ms from the start of this utterance. */
  positionMs(frame: number): number {
    return frame >= this.#frameCount ? this.#durationMs : this.#timeline.positionMs(frame);
  }

  /**
   * How much of the audio before `frame`, or of all, receivers have still to play, earlier utterances included, ms, at
   * most.
   */
  remainingMs(frame = this.#frameCount): number {
    const endMs = this.positionMs(frame);
    let remainingMs = 0;
    for (const stream of this.#streams())
      remainingMs = Math.max(remainingMs, Math.min(endMs, endMs - this.#playheadMs(stream)));
    return remainingMs + this.#options.backlogMs();
  }

  /**
   * How far a receiver has heard the utterance: by its last word, exact to a frame, or else by an estimate.
   *
   * @param atMs when it heard the last of it
   * @param endFrame it hears nothing from there on
   */
  heardBy(stream: ReceiverStream, atMs: number, endFrame: number): HeardPosition {
    const report = stream.lastReport?.report;
    const endMs = this.positionMs(endFrame);
    const toldFrame = Math.min(report?.playheadFrame ?? 0, this.#frameCount, endFrame);
    const toldMs = this.positionMs(toldFrame);
    const frameMs = toldFrame < this.#frameCount ? this.#timeline.frameMs(toldFrame) : 0;
    if (report?.playout === 'finished') return { frames: toldFrame, ms: toldMs, errorMs: frameMs };
    const sentMs = Math.min(endMs, stream.unsentFromMs ?? this.#durationMs);
    const estimateMs = Math.max(toldMs, Math.min(sentMs, this.#playheadMs(stream, atMs)));
    // Of a receiver that has never reported it is not known whether it plays at all.
    if (report === undefined) return { frames: 0, ms: 0, errorMs: estimateMs };
    // It may have stood still since its report, or play on unheard of.
    const heldMs = Math.min(endMs, this.positionMs(stream.contiguousFrame));
    const errorMs = Math.max(frameMs, estimateMs - toldMs, heldMs - estimateMs);
    return { frames: this.#timeline.framesBefore(estimateMs), ms: estimateMs, errorMs };
  }

  /** Where a receiver was at some time in the past, at most where what it acknowledged ends, ms. */
  heardMs(stream: ReceiverStream, atMs: number): number {
    return Math.min(this.#playheadMs(stream, atMs), this.positionMs(stream.contiguousFrame));
  }

  /** What lies before has been heard by everybody, ms. */
  get leastHeardMs(): number {
    let leastMs = this.#durationMs;
    for (const { lastReport, progress } of this.#streams())
      leastMs = Math.min(
        leastMs,
        lastReport ? this.positionMs(lastReport.report.playheadFrame) : progress.startMs,
      );
    return leastMs;
  }

  /** Where the receiver is that is furthest on, of those that have said anything, ms. */
  get furthestMs(): number {
    const nowMs = this.#nowMs();
    const all = [...this.#streams()].filter(({ lastReport }) => lastReport !== undefined);
    return Math.max(0, ...all.map((stream) => this.heardMs(stream, nowMs)));
  }

  /** How much one receiver has still to play, earlier utterances included, ms. */
  remainingMsOf(stream: ReceiverStream): number {
    return Math.max(0, this.#durationMs - this.#playheadMs(stream)) + this.#options.backlogMs();
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }

  #streams(): Iterable<ReceiverStream> {
    return this.#options.streams.values();
  }

  #playheadMs({ peer, lastReport, progress, openedAtMs }: ReceiverStream, nowMs = this.#nowMs()): number {
    const { startMs } = progress;
    const start = { startMs, firstSentAtMs: startMs > 0 ? openedAtMs : this.#firstPackedAtMs };
    return estimatePlayheadMs({ nowMs, minRttMs: peer.rtt.minMs, ...start, lastReport }, this.#timeline);
  }
}
