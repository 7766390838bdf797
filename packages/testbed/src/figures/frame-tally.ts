import { createHash, type Hash } from 'node:crypto';

/** Counts the frames of one utterance as they are played, from nothing but the frames themselves. */
export class FrameTally {
  readonly #seen = new Set<number>();
  readonly #hash: Hash = createHash('sha256');
  #duplicated = 0;

  add(index: number, payload: Uint8Array): void {
    if (this.#seen.has(index)) this.#duplicated++;
    this.#seen.add(index);
    this.#hash.update(payload);
  }

  /** Distinct frames. */
  get count(): number {
    return this.#seen.size;
  }

  get duplicated(): number {
    return this.#duplicated;
  }

  /** SHA-256 of all payloads so far, in hexadecimal. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
