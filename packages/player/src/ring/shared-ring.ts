import type { SampleSource } from './block-queue.js';

const writeSlot = 0;
const readSlot = 1;
const controlSlots = 2;

/** The memory of a ring, to be posted to the thread at its other end. */
export interface SharedRingMemory {
  readonly control: SharedArrayBuffer;
  readonly samples: SharedArrayBuffer;
}

/** @param capacity least number of samples that it must hold; rounded up to a power of two */
export function allocateSharedRing(capacity: number): SharedRingMemory {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, capacity)));
  return {
    control: new SharedArrayBuffer(controlSlots * Int32Array.BYTES_PER_ELEMENT),
    samples: new SharedArrayBuffer(size * Float32Array.BYTES_PER_ELEMENT),
  };
}

/**
 * A ring of samples between one writing and one reading thread, without locks: each side moves only its own index,
 * after the samples. The indices count samples modulo 2³² (25 hours at 48 kHz) and are compared by their difference.
 */
export class SharedRing implements SampleSource {
  readonly #control: Int32Array;
  readonly #samples: Float32Array;
  readonly #mask: number;

  constructor(memory: SharedRingMemory) {
    this.#control = new Int32Array(memory.control);
    this.#samples = new Float32Array(memory.samples);
    this.#mask = this.#samples.length - 1;
  }

  get capacity(): number {
    return this.#samples.length;
  }

  get available(): number {
    return (Atomics.load(this.#control, writeSlot) - Atomics.load(this.#control, readSlot)) | 0;
  }

  get position(): number {
    return Atomics.load(this.#control, readSlot) >>> 0;
  }

  /** Samples written so far. */
  get written(): number {
    return Atomics.load(this.#control, writeSlot) >>> 0;
  }

  /** Appends what fits; returns how many samples that were. For the writing side only. */
  write(from: Float32Array): number {
    const at = Atomics.load(this.#control, writeSlot);
    const count = Math.min(from.length, this.capacity - this.available);
    const start = at & this.#mask;
    const first = Math.min(count, this.capacity - start);
    this.#samples.set(from.subarray(0, first), start);
    if (count > first) this.#samples.set(from.subarray(first, count), 0);
    Atomics.store(this.#control, writeSlot, (at + count) | 0);
    return count;
  }

  read(into: Float32Array, count: number): number {
    const at = Atomics.load(this.#control, readSlot);
    const taken = Math.min(count, this.available);
    // Element by element: no view is made, so nothing is left to the garbage collector of the audio thread.
    for (let index = 0; index < taken; index++) into[index] = this.#samples[(at + index) & this.#mask]!;
    Atomics.store(this.#control, readSlot, (at + taken) | 0);
    return taken;
  }

  skip(count: number): void {
    const at = Atomics.load(this.#control, readSlot);
    Atomics.store(this.#control, readSlot, (at + Math.min(count, this.available)) | 0);
  }
}
