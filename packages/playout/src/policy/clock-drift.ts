import type { Utterance } from '../depacketize/utterance.js';

/** How the next frame is to be heard. */
export type LengthRequest = 'longer' | 'shorter' | 'as it is';

/** The lead is judged by its mean over this long, ms: packets and their jitter come and go within it. */
const windowMs = 10_000;
/** Clocks differ by millionths: what the lead changes by more from one window to the next has another cause, ms. */
const stepMs = 30;
/** Below this, nothing is done, ms: more than the means of jittery arrivals differ by. */
const toleranceMs = 20;

/**
 * Sound cards run up to some 100 ppm faster or slower than the clock of a sender. Speech that is ahead of playout is
 * held there by the sender's lead; a source that speaks live, without a pause, is not, and would in an hour come
 * 0.7 s later or run dry. So what a lead has drifted by is made up for, by a period of the voice now and then.
 */
export class ClockDrift {
  #utterance: Utterance | undefined;
  #stalls = 0;
  #sumMs = 0;
  #count = 0;
  #endMs = 0;
  #lastMeanMs: number | undefined;
  #targetMs = 0;
  /** What had been added to the speech when the window began, ms. */
  #addedBeforeMs = 0;
  /** What is to be added in this window; below 0, to be left out, ms. */
  #wantedMs = 0;

  /** Call for each frame that leaves the buffer. */
  judge(utterance: Utterance, bufferAheadMs: number, nowMs: number): LengthRequest {
    const { stalls } = utterance.progress;
    if (utterance !== this.#utterance || stalls !== this.#stalls) {
      this.#utterance = utterance;
      this.#stalls = stalls;
      this.#lastMeanMs = undefined;
      this.#beginWindow(utterance, nowMs, 0);
    }
    if (nowMs >= this.#endMs && this.#count > 0) this.#endWindow(utterance, nowMs);
    this.#sumMs += bufferAheadMs;
    this.#count++;
    const addedMs = addedTo(utterance) - this.#addedBeforeMs;
    if (this.#wantedMs > 0 && addedMs < this.#wantedMs) return 'longer';
    return this.#wantedMs < 0 && addedMs > this.#wantedMs ? 'shorter' : 'as it is';
  }

  #endWindow(utterance: Utterance, nowMs: number): void {
    const meanMs = this.#sumMs / this.#count;
    const addedMs = Math.abs(addedTo(utterance) - this.#addedBeforeMs);
    const isDrift = this.#lastMeanMs !== undefined && Math.abs(meanMs - this.#lastMeanMs) <= stepMs + addedMs;
    if (!isDrift) this.#targetMs = meanMs;
    this.#lastMeanMs = meanMs;
    const driftMs = meanMs - this.#targetMs;
    this.#beginWindow(utterance, nowMs, Math.abs(driftMs) > toleranceMs ? -driftMs : 0);
  }

  #beginWindow(utterance: Utterance, nowMs: number, wantedMs: number): void {
    this.#sumMs = 0;
    this.#count = 0;
    this.#endMs = nowMs + windowMs;
    this.#addedBeforeMs = addedTo(utterance);
    this.#wantedMs = wantedMs;
  }
}

function addedTo({ progress }: Utterance): number {
  return progress.stretchedMs - progress.shortenedMs;
}
