/** A set of small non-negative integers, one bit each, that grows with its largest member. */
export class IndexSet {
  #bits = new Uint32Array(8);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(index: number): boolean {
    return ((this.#bits[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0;
  }

  /** Adds a member; false if it was one. */
  add(index: number): boolean {
    const word = index >>> 5;
    if (word >= this.#bits.length) {
      const grown = new Uint32Array(Math.max(word + 1, this.#bits.length * 2));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    const mask = 1 << (index & 31);
    if ((this.#bits[word]! & mask) !== 0) return false;
    this.#bits[word] = this.#bits[word]! | mask;
    this.#size++;
    return true;
  }
}
