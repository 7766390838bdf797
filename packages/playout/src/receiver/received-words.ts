import { IndexSet } from '../buffer/index-set.js';

/** Utterances whose words are told apart, and words of one utterance, at most. */
const maxGenerations = 8;
const maxWords = 20_000;

/** Which packets of words have been seen, so that a repeat tells nothing twice. */
export class ReceivedWords {
  readonly #seen = new Map<number, IndexSet>();

  /** True if words of this place are new; a packet and its repeat begin at the same word. */
  accept(generation: number, firstWord: number, count: number): boolean {
    if (firstWord + count > maxWords) return false;
    let seen = this.#seen.get(generation);
    if (seen === undefined) {
      if (this.#seen.size >= maxGenerations) this.#seen.delete(this.#seen.keys().next().value!);
      seen = new IndexSet();
      this.#seen.set(generation, seen);
    }
    return seen.add(firstWord);
  }
}
