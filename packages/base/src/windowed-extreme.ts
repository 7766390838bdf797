const bucketCount = 10;

/** The least or greatest value of the last while, to a tenth of the window. Constant size. */
export class WindowedExtreme {
  readonly #values: (number | undefined)[] = new Array<number | undefined>(bucketCount).fill(undefined);
  readonly #bucketMs: number;
  readonly #pick: (a: number, b: number) => number;
  #bucket = Number.NEGATIVE_INFINITY;

  constructor(kind: 'least' | 'greatest', windowMs: number) {
    this.#bucketMs = windowMs / bucketCount;
    this.#pick = kind === 'least' ? Math.min : Math.max;
  }

  add(value: number, nowMs: number): void {
    this.#moveTo(nowMs);
    const slot = this.#slot();
    const known = this.#values[slot];
    this.#values[slot] = known === undefined ? value : this.#pick(known, value);
  }

  /** `undefined` if nothing was added within the window. */
  at(nowMs: number): number | undefined {
    this.#moveTo(nowMs);
    let extreme: number | undefined;
    for (const value of this.#values) {
      if (value !== undefined) extreme = extreme === undefined ? value : this.#pick(extreme, value);
    }
    return extreme;
  }

  #slot(): number {
    return ((this.#bucket % bucketCount) + bucketCount) % bucketCount;
  }

  #moveTo(nowMs: number): void {
    const bucket = Math.floor(nowMs / this.#bucketMs);
    if (bucket <= this.#bucket) return;
    const steps = Math.min(bucketCount, bucket - this.#bucket);
    this.#bucket = bucket;
    for (let step = 0; step < steps; step++)
      this.#values[(((bucket - step) % bucketCount) + bucketCount) % bucketCount] = undefined;
  }
}
