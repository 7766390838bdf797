import type { LaneUtterance, WordTiming } from '@eloquence/plugin-api';
import type { PcmFrame } from '@eloquence/pcm';

/** Speech whose words are told together, ms: little at first, when there is no lead yet, then more each time. */
const firstGatherMs = 200;
const longestGatherMs = 1600;

/** Tells a lane when words are heard. Gathers them, so that they cost few packets, and tells the first ones soon. */
export class WordFeed {
  readonly #lane: LaneUtterance;
  #untold: WordTiming[] = [];
  #gatherMs = firstGatherMs;

  constructor(lane: LaneUtterance) {
    this.#lane = lane;
  }

  /** @param endMs where the frame ends, from the start of the utterance */
  add({ words, endsPhrase }: PcmFrame, endMs: number): void {
    for (const word of words) this.#untold.push(word);
    const first = this.#untold[0];
    if (first === undefined) return;
    if (!endsPhrase && endMs - first.startMs < this.#gatherMs) return;
    this.#gatherMs = Math.min(longestGatherMs, 2 * this.#gatherMs);
    this.#lane.writeWords(this.#untold);
    this.#untold = [];
  }
}
