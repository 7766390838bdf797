import { serialDistance } from '@eloquence/wire';
import type { Utterance } from '../depacketize/utterance.js';

/**
 * Sequence numbers further apart than this do not belong to one run of a sender: each run starts at a random number.
 * Within it, earlier ones may still turn up before the first one that was seen has started.
 */
const reach = 64;

/**
 * The utterances that are to be played, in the order of their sequence numbers (serial number arithmetic, RFC 1982).
 * What lies at or before the horizon has been played, flushed or overtaken.
 */
export class UtteranceQueue {
  readonly #items: Utterance[] = [];
  #horizon: number | undefined;
  #isHorizonExact = false;

  get front(): Utterance | undefined {
    return this.#items[0];
  }

  get items(): readonly Utterance[] {
    return this.#items;
  }

  /** The utterance before the next one that may be played; `undefined` before the first contact. */
  get horizon(): number | undefined {
    return this.#horizon;
  }

  /** True if an utterance is past. */
  isPast(utteranceSequence: number): boolean {
    return this.#horizon !== undefined && serialDistance(this.#horizon, utteranceSequence) <= 0;
  }

  /** True if an utterance is so far past that its sender must have begun to count anew. */
  isOfAnotherRun(utteranceSequence: number): boolean {
    return this.#horizon !== undefined && serialDistance(this.#horizon, utteranceSequence) < -reach;
  }

  /** True if utterances between the last finished one and this are unknown: they may be on their way. */
  hasUnknownBefore(utterance: Utterance): boolean {
    if (!this.#isHorizonExact || this.#horizon === undefined || this.front !== utterance) return false;
    const distance = serialDistance(this.#horizon, utterance.utteranceSequence);
    return distance > 1 && distance <= reach;
  }

  find(utteranceSequence: number): Utterance | undefined {
    return this.#items.find((item) => item.utteranceSequence === utteranceSequence);
  }

  add(utterance: Utterance): void {
    this.#horizon ??= (utterance.utteranceSequence - reach) & 0xffff;
    const distance = serialDistance(this.#horizon, utterance.utteranceSequence);
    const at = this.#items.findIndex(
      (item) => serialDistance(this.#horizon!, item.utteranceSequence) > distance,
    );
    this.#items.splice(at < 0 ? this.#items.length : at, 0, utterance);
  }

  /** Sequence numbers up to and including this one are past from now on. */
  moveHorizon(utteranceSequence: number): void {
    if (this.#horizon !== undefined && this.#isHorizonExact && this.isPast(utteranceSequence)) return;
    this.#horizon = utteranceSequence & 0xffff;
    this.#isHorizonExact = true;
  }

  /** Removes the utterances that are past. */
  takePast(): readonly Utterance[] {
    const past = this.#items.filter((item) => this.isPast(item.utteranceSequence));
    for (const item of past) this.#items.splice(this.#items.indexOf(item), 1);
    return past;
  }

  /** Removes everything, and is as before the first contact. */
  reset(): readonly Utterance[] {
    this.#horizon = undefined;
    this.#isHorizonExact = false;
    return this.#items.splice(0);
  }
}
