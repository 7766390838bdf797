import type { StreamHeader } from '@eloquence/wire';
import type { BufferBudget } from './buffer-budget.js';
import type { FormatTable } from './format-table.js';

/** What a held frame costs besides its payload, bytes: bounds the number of empty frames. */
const frameOverheadBytes = 64;
/** Counted for a frame whose format is not known yet, ms. */
const assumedFrameMs = 20;
const shortestFrameMs = 2.5;
/** With less than this ahead of the playhead, the next missing frames are taken in even if the buffer is full. */
const starvingMs = 1000;

export interface HeldFrame {
  readonly index: number;
  readonly payload: Uint8Array;
  readonly header: StreamHeader;
}

interface Entry {
  readonly payload: Uint8Array;
  readonly formatIndex: number;
  readonly chargedMs: number;
  readonly chargedBytes: number;
}

/**
 * Encoded frames of one utterance that wait for playout, by index. The first writer of an index wins. Frames whose
 * format is not known yet are held, and count as missing until it is.
 */
export class FrameStore {
  readonly #entries = new Map<number, Entry>();
  readonly #formats: FormatTable;
  readonly #budget: BufferBudget;
  #firstFrame = 0;
  #playhead = 0;
  #nextMissing = 0;
  #contiguousEnd = 0;
  #contiguousMs = 0;

  constructor(formats: FormatTable, budget: BufferBudget) {
    this.#formats = formats;
    this.#budget = budget;
  }

  /** Where the utterance begins for this receiver: after 0 if the receiver came while it was being spoken. */
  get firstFrame(): number {
    return this.#firstFrame;
  }

  /** The next frame to be taken. */
  get playhead(): number {
    return this.#playhead;
  }

  /** The first frame that has not arrived. */
  get nextMissing(): number {
    return this.#nextMissing;
  }

  /** The first frame that cannot be decoded yet: missing, or of an unknown format. */
  get contiguousEnd(): number {
    return this.#contiguousEnd;
  }

  /** Audio from the playhead up to `contiguousEnd`, ms. */
  get contiguousMs(): number {
    return this.#contiguousMs;
  }

  has(index: number): boolean {
    return index < this.#playhead || this.#entries.has(index);
  }

  /**
   * Whether a packet with these frames may be taken in.
   *
   * @param isNextToPlay frames of the utterance that plays, or plays next, come in even into a full buffer when
   * they are what playout is waiting for: otherwise audio further ahead could shut them out for ever
   */
  hasRoomFor(
    packet: { readonly firstFrame: number; readonly frameCount: number; readonly formatIndex: number },
    bytes: number,
    isNextToPlay: boolean,
  ): boolean {
    const { firstFrame, frameCount } = packet;
    const farthest = this.#playhead + this.#budget.limits.durationMs / shortestFrameMs;
    if (firstFrame + frameCount > farthest) return false;
    const durationMs = frameCount * this.#frameMs(packet.formatIndex);
    if (this.#budget.hasRoomFor(durationMs, bytes + frameCount * frameOverheadBytes)) return true;
    const isAwaited = firstFrame <= this.#contiguousEnd && firstFrame + frameCount > this.#contiguousEnd;
    return isNextToPlay && isAwaited && this.#contiguousMs < starvingMs;
  }

  /**
   * Takes in one frame.
   *
   * @param sharedBytes the frame's part of the packet buffer that its payload keeps alive
   * @returns false if the frame was there before, or has been played
   */
  insert(index: number, payload: Uint8Array, formatIndex: number, sharedBytes: number): boolean {
    if (this.has(index)) return false;
    const chargedMs = this.#frameMs(formatIndex);
    const chargedBytes = Math.max(payload.length, sharedBytes) + frameOverheadBytes;
    this.#entries.set(index, { payload, formatIndex, chargedMs, chargedBytes });
    this.#budget.charge(chargedMs, chargedBytes);
    while (this.has(this.#nextMissing)) this.#nextMissing++;
    this.advance();
    return true;
  }

  /** Looks how far playout could go; to be called when a format became known. */
  advance(): void {
    for (;;) {
      const entry = this.#entries.get(this.#contiguousEnd);
      const header = entry && this.#formats.get(entry.formatIndex);
      if (header === undefined) return;
      this.#contiguousMs += header.frameMs;
      this.#contiguousEnd++;
    }
  }

  /** Playout begins with this frame: none before it is wanted. To be called before any was taken. */
  beginAt(index: number): void {
    for (const [at, entry] of this.#entries) if (at < index) this.#forget(at, entry);
    this.#firstFrame = index;
    this.#playhead = index;
    this.#nextMissing = index;
    this.#contiguousEnd = index;
    this.#contiguousMs = 0;
    while (this.has(this.#nextMissing)) this.#nextMissing++;
    this.advance();
  }

  /** Removes the frame at the playhead, or gives `undefined` if it is not there or cannot be decoded yet. */
  take(): HeldFrame | undefined {
    const index = this.#playhead;
    const entry = this.#entries.get(index);
    const header = entry && this.#formats.get(entry.formatIndex);
    if (entry === undefined || header === undefined) return undefined;
    this.#forget(index, entry);
    this.#playhead++;
    this.#contiguousMs = Math.max(0, this.#contiguousMs - header.frameMs);
    return { index, payload: entry.payload, header };
  }

  /** Forgets the frames from `index` on: they will not be played here. */
  truncate(index: number): void {
    for (const [at, entry] of this.#entries) {
      if (at < index) continue;
      this.#forget(at, entry);
      if (at < this.#contiguousEnd)
        this.#contiguousMs = Math.max(0, this.#contiguousMs - this.#frameMs(entry.formatIndex));
    }
    this.#nextMissing = Math.max(this.#playhead, Math.min(this.#nextMissing, index));
    this.#contiguousEnd = Math.max(this.#playhead, Math.min(this.#contiguousEnd, index));
  }

  /** Forgets everything held. What was played stays played. */
  clear(): void {
    for (const entry of this.#entries.values()) this.#budget.release(entry.chargedMs, entry.chargedBytes);
    this.#entries.clear();
    this.#contiguousEnd = this.#playhead;
    this.#contiguousMs = 0;
  }

  #forget(index: number, entry: Entry): void {
    this.#entries.delete(index);
    this.#budget.release(entry.chargedMs, entry.chargedBytes);
  }

  #frameMs(formatIndex: number): number {
    return this.#formats.get(formatIndex)?.frameMs ?? assumedFrameMs;
  }
}
