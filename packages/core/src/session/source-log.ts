import type { SourcePiece } from './delivery-efficiency.js';

const maxEntries = 4096;

/**
 * Remembers when the source handed over each piece, and how many encoded bytes lie from each position on.
 * Bounded: when full, every second entry is dropped, which coarsens the record evenly.
 */
export class SourceLog {
  #pieces: SourcePiece[] = [];
  #positionsMs: number[] = [];
  #bytesBefore: number[] = [];
  #totalBytes = 0;
  #encodedMs = 0;

  get pieces(): readonly SourcePiece[] {
    return this.#pieces;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  addPiece(atMs: number, startMs: number): void {
    this.#pieces.push({ atMs, startMs });
    if (this.#pieces.length > maxEntries) this.#pieces = everySecond(this.#pieces);
  }

  addFrame(durationMs: number, bytes: number): void {
    this.#positionsMs.push(this.#encodedMs);
    this.#bytesBefore.push(this.#totalBytes);
    this.#encodedMs += durationMs;
    this.#totalBytes += bytes;
    if (this.#positionsMs.length > maxEntries) {
      this.#positionsMs = everySecond(this.#positionsMs);
      this.#bytesBefore = everySecond(this.#bytesBefore);
    }
  }

  /** Encoded bytes of the frames that begin at `startMs` or later. */
  bytesFrom(startMs: number): number {
    let low = 0;
    let high = this.#positionsMs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#positionsMs[middle]! < startMs) low = middle + 1;
      else high = middle;
    }
    const before = this.#bytesBefore[low];
    return before === undefined ? 0 : this.#totalBytes - before;
  }
}

/** The first of each pair. */
function everySecond<T>(items: readonly T[]): T[] {
  return items.filter((_, at) => at % 2 === 0);
}
