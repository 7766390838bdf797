import type { SourcePiece } from './delivery-efficiency.js';

const maxEntries = 4096;

/**
 * Remembers when the source handed over each piece, and how many encoded bytes lie from each position on.
 * Bounded: when full, every second entry is dropped, and from then on only every second one, fourth one and so on is
 * kept, so that the record is equally coarse everywhere.
 */
export class SourceLog {
  readonly #pieces = new SparseList<SourcePiece>();
  readonly #frames = new SparseList<{ readonly startMs: number; readonly bytesBefore: number }>();
  #lastPiece: SourcePiece | undefined;
  #totalBytes = 0;
  #encodedMs = 0;

  /** The pieces that are kept; the last one always is. */
  get pieces(): readonly SourcePiece[] {
    const { items } = this.#pieces;
    const last = this.#lastPiece;
    return last === undefined || items.at(-1) === last ? items : [...items, last];
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  addPiece(atMs: number, startMs: number): void {
    this.#lastPiece = { atMs, startMs };
    this.#pieces.add(this.#lastPiece);
  }

  addFrame(durationMs: number, bytes: number): void {
    this.#frames.add({ startMs: this.#encodedMs, bytesBefore: this.#totalBytes });
    this.#encodedMs += durationMs;
    this.#totalBytes += bytes;
  }

  /** Encoded bytes of the frames that begin at `startMs` or later. */
  bytesFrom(startMs: number): number {
    const { items } = this.#frames;
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (items[middle]!.startMs < startMs) low = middle + 1;
      else high = middle;
    }
    const frame = items[low];
    return frame === undefined ? 0 : this.#totalBytes - frame.bytesBefore;
  }
}

/** Keeps every item until it is full, then every second one, then every fourth. */
class SparseList<T> {
  #items: T[] = [];
  #stride = 1;
  #added = 0;

  get items(): readonly T[] {
    return this.#items;
  }

  add(item: T): void {
    if (this.#added++ % this.#stride !== 0) return;
    if (this.#items.length >= maxEntries) {
      this.#items = this.#items.filter((_, at) => at % 2 === 0);
      this.#stride *= 2;
      if ((this.#added - 1) % this.#stride !== 0) return;
    }
    this.#items.push(item);
  }
}
