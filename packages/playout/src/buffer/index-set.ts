/** Indices in a word of bits. */
const wordBits = 32;

/**
 * A set of small non-negative integers, one bit each. It takes as much room as lies between its least and its greatest
 * member: an utterance may begin anywhere.
 */
export class IndexSet {
  #bits = new Uint32Array(8);
  /** Index of the first word of bits; undefined while the set is empty. */
  #firstWord: number | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(index: number): boolean {
    const word = (index >>> 5) - (this.#firstWord ?? 0);
    return ((this.#bits[word] ?? 0) & (1 << (index & 31))) !== 0;
  }

  /** The least member of this range; `to` if there is none. */
  firstIn(from: number, to: number): number {
    if (this.#firstWord === undefined) return to;
    const end = Math.min(to, (this.#firstWord + this.#bits.length) * wordBits);
    for (let index = Math.max(from, this.#firstWord * wordBits); index < end; index++)
      if (this.has(index)) return index;
    return to;
  }

  /** Adds a member; false if it was one. */
  add(index: number): boolean {
    const firstWord = (this.#firstWord ??= index >>> 5);
    if (index >>> 5 < firstWord) this.#grow(index >>> 5, firstWord + this.#bits.length);
    const word = (index >>> 5) - this.#firstWord;
    if (word >= this.#bits.length)
      this.#grow(this.#firstWord, this.#firstWord + Math.max(word + 1, this.#bits.length * 2));
    const mask = 1 << (index & 31);
    if ((this.#bits[word]! & mask) !== 0) return false;
    this.#bits[word] = this.#bits[word]! | mask;
    this.#size++;
    return true;
  }

  #grow(firstWord: number, endWord: number): void {
    const grown = new Uint32Array(endWord - firstWord);
    grown.set(this.#bits, (this.#firstWord ?? firstWord) - firstWord);
    this.#bits = grown;
    this.#firstWord = firstWord;
  }
}
