import type { WirePlayoutState } from '@eloquence/wire';
import { IndexSet } from '../buffer/index-set.js';

/** How far the playout of one utterance has come, and what it met on the way. Times on the injected clock. */
export class PlayoutProgress {
  state: WirePlayoutState = 'buffering';
  startedAtMs: number | undefined;
  /** Where a sink was that held frames when they were withdrawn from it. */
  withdrawnAtFrame: number | undefined;
  /** Nothing is heard from this frame on: the sender goes on elsewhere. */
  limitFrame: number | undefined;
  stalls = 0;
  /** Stalls that are over. */
  #stalledMs = 0;
  stalledSinceMs: number | undefined;
  /** Audio that concealment added or put in place of frames, ms. */
  concealedMs = 0;
  /** Audio that stretching added to speech and pauses, ms. */
  stretchedMs = 0;
  /** Audio that was left out of speech and pauses, period by period, because the sender's clock is ahead, ms. */
  shortenedMs = 0;
  lateFrames = 0;
  framesConcealed = 0;
  /** Frames that left for the sink more than once: a check of the engine itself, never taken for granted. */
  framesDuplicated = 0;
  /** Samples handed to the sink, without padding. */
  sampleCount = 0;
  #positionMs: number | undefined;
  readonly #handedOn = new IndexSet();
  readonly #loud = new IndexSet();

  /** Different frames that left for the sink, concealed ones among them. */
  get framesHandedOn(): number {
    return this.#handedOn.size;
  }

  get framesPlayed(): number {
    return this.#handedOn.size - this.framesConcealed;
  }

  /** The first frame in this range that was not silent; the end of the range if none was. */
  firstLoudFrame(from: number, to: number): number {
    return this.#loud.firstIn(from, to);
  }

  noteLoud(index: number): void {
    this.#loud.add(index);
  }

  /**
   * Notes that a frame leaves for the sink.
   *
   * @returns where it begins in the utterance, ms
   */
  handOn(index: number, sampleCount: number, frameMs: number): number {
    if (!this.#handedOn.add(index)) this.framesDuplicated++;
    this.sampleCount += sampleCount;
    const startMs = this.#positionMs ?? index * frameMs;
    this.#positionMs = startMs + frameMs;
    return startMs;
  }

  stalledMs(nowMs: number): number {
    return (
      this.#stalledMs + (this.stalledSinceMs === undefined ? 0 : Math.max(0, nowMs - this.stalledSinceMs))
    );
  }

  stall(sinceMs: number): void {
    this.state = 'stalled';
    this.stalls++;
    this.stalledSinceMs = sinceMs;
  }

  resume(nowMs: number): void {
    this.#stalledMs = this.stalledMs(nowMs);
    this.stalledSinceMs = undefined;
    this.state = 'playing';
  }

  /** The end arrived late, and showed that no frame was missing: it was no stall. */
  takeBackStall(): void {
    this.stalls--;
    this.stalledSinceMs = undefined;
    this.state = 'playing';
  }
}
