/** Samples that wait to be sounded, at the reading end. Positions count samples and wrap at 2³². */
export interface SampleSource {
  /** Samples that can be read. */
  readonly available: number;
  /** Samples read or dropped so far. */
  readonly position: number;
  /** Copies up to `count` samples to the beginning of `into`; returns how many. */
  read(into: Float32Array, count: number): number;
  /** Drops up to `count` samples. */
  skip(count: number): void;
}

/** Most blocks that wait to be sent back; more than these are left to the garbage collector. */
const maxSpent = 64;

/** Blocks of samples that were posted to this thread, in order: the ring where memory cannot be shared. */
export class BlockQueue implements SampleSource {
  readonly #blocks: Float32Array[] = [];
  #spent: Float32Array[] = [];
  #offset = 0;
  #available = 0;
  #position = 0;

  get available(): number {
    return this.#available;
  }

  get position(): number {
    return this.#position;
  }

  push(block: Float32Array): void {
    if (block.length === 0) return;
    this.#blocks.push(block);
    this.#available += block.length;
  }

  read(into: Float32Array, count: number): number {
    let taken = 0;
    while (taken < count && this.#blocks.length > 0) {
      const block = this.#blocks[0]!;
      const part = Math.min(count - taken, block.length - this.#offset);
      for (let index = 0; index < part; index++) into[taken + index] = block[this.#offset + index]!;
      taken += part;
      this.#advance(block, part);
    }
    return taken;
  }

  skip(count: number): void {
    let left = Math.min(count, this.#available);
    while (left > 0) {
      const block = this.#blocks[0]!;
      const part = Math.min(left, block.length - this.#offset);
      left -= part;
      this.#advance(block, part);
    }
  }

  /** Blocks that have been read, to be used again by who filled them. */
  takeSpent(): readonly Float32Array[] {
    if (this.#spent.length === 0) return this.#spent;
    const spent = this.#spent;
    this.#spent = [];
    return spent;
  }

  #advance(block: Float32Array, count: number): void {
    this.#offset += count;
    this.#available -= count;
    this.#position = (this.#position + count) >>> 0;
    if (this.#offset < block.length) return;
    this.#blocks.shift();
    this.#offset = 0;
    if (this.#spent.length < maxSpent) this.#spent.push(block);
  }
}
