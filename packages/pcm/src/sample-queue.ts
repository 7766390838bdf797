/** First-in first-out samples. What `take` returns is a view, valid until the next call of any method. */
export class SampleQueue {
  #samples: Int16Array;
  #head = 0;
  #tail = 0;

  constructor(capacity: number) {
    this.#samples = new Int16Array(capacity);
  }

  get length(): number {
    return this.#tail - this.#head;
  }

  append(samples: Int16Array): void {
    this.#reserve(samples.length);
    this.#samples.set(samples, this.#tail);
    this.#tail += samples.length;
  }

  appendSilence(count: number): void {
    this.#reserve(count);
    this.#samples.fill(0, this.#tail, this.#tail + count);
    this.#tail += count;
  }

  /** The oldest `count` samples; there must be as many. */
  take(count: number): Int16Array {
    this.#head += count;
    return this.#samples.subarray(this.#head - count, this.#head);
  }

  #reserve(count: number): void {
    if (this.#tail + count <= this.#samples.length) return;
    const { length } = this;
    if (length + count > this.#samples.length) {
      const larger = new Int16Array(2 * (length + count));
      larger.set(this.#samples.subarray(this.#head, this.#tail));
      this.#samples = larger;
    } else {
      this.#samples.copyWithin(0, this.#head, this.#tail);
    }
    this.#head = 0;
    this.#tail = length;
  }
}
