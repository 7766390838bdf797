import type { Utterance } from '../engine/utterance.js';

const historySize = 8;

/** The last utterances that ended, remembered to answer a sender that missed the last report. */
export class EndedUtterances {
  readonly #items: Utterance[] = [];

  find(generation: number): Utterance | undefined {
    return this.#items.find((item) => item.generation === generation);
  }

  add(utterance: Utterance): void {
    this.#items.push(utterance);
    if (this.#items.length > historySize) this.#items.shift();
  }

  clear(): void {
    this.#items.length = 0;
  }
}
