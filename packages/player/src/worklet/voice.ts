import type { SampleSource } from '../ring/block-queue.js';

const fadeMs = 5;
const tailMs = 1.5;

/** What happened in a voice during one render quantum. */
export type VoiceTurn = 'silent' | 'started' | 'sounding' | 'dry';

/** Sounds one stream of speech. Allocates nothing while it does. */
export class Voice {
  readonly source: SampleSource;
  readonly #fadeLength: number;
  readonly #tailLength: number;
  readonly #block: Float32Array;
  /** What fades out beside the source: the speech that was cleared, or the step to silence. */
  readonly #overlay: Float32Array;
  #overlayAt = 0;
  #overlayEnd = 0;
  #isSounding = false;
  #last = 0;
  #startPosition = 0;
  /** Samples between these positions will not be sounded. */
  #cutFrom = 0;
  #cutUntil = 0;

  constructor(source: SampleSource, sampleRateHz: number, quantum = 128) {
    this.source = source;
    this.#fadeLength = Math.round((sampleRateHz * fadeMs) / 1000);
    this.#tailLength = Math.round((sampleRateHz * tailMs) / 1000);
    this.#block = new Float32Array(quantum);
    this.#overlay = new Float32Array(this.#fadeLength);
  }

  /** Nothing is sounding or waiting. */
  get isIdle(): boolean {
    return !this.#isSounding && this.source.available === 0 && this.#overlayAt >= this.#overlayEnd;
  }

  /** Position of the first sample since the last silence. */
  get startPosition(): number {
    return this.#startPosition;
  }

  /** Adds the next samples to `output`. */
  mixInto(output: Float32Array): VoiceTurn {
    this.#mixOverlay(output);
    const wasSounding = this.#isSounding;
    this.#skipCut();
    const from = this.source.position;
    const count = this.source.read(this.#block, Math.min(output.length, this.#beforeCut(from)));
    for (let index = 0; index < count; index++) output[index] = output[index]! + this.#block[index]!;
    if (count > 0) this.#last = this.#block[count - 1]!;
    if (!wasSounding && count === 0) return 'silent';
    this.#isSounding = count === output.length;
    if (!wasSounding) this.#startPosition = from;
    // A start that is dry in the same quantum is told as a start; the next quantum tells that it is dry.
    if (!wasSounding) {
      this.#isSounding = true;
      return 'started';
    }
    if (this.#isSounding) return 'sounding';
    this.#fadeStep(output, count);
    return 'dry';
  }

  /** Fades out, and drops everything up to `until`. What was written after that sounds at once. */
  clear(until: number): void {
    let left = (until - this.source.position) | 0;
    if (left <= 0) {
      if (this.source.available === 0) this.#isSounding = false;
      return;
    }
    const count = this.#isSounding ? this.source.read(this.#overlay, Math.min(left, this.#fadeLength)) : 0;
    for (let index = 0; index < count; index++)
      this.#overlay[index] = this.#overlay[index]! * (1 - (index + 1) / count);
    this.#overlayAt = 0;
    this.#overlayEnd = count;
    left -= count;
    this.source.skip(left);
    this.#isSounding = false;
    this.#last = 0;
  }

  /** Falls silent at `from`, and drops what lies between there and `until`. */
  cut(from: number, until: number): void {
    if (((from - this.source.position) | 0) <= 0) return this.clear(until);
    this.#cutFrom = from;
    this.#cutUntil = until;
  }

  /** Samples that may be sounded from a position on. */
  #beforeCut(position: number): number {
    return this.#cutFrom === this.#cutUntil ? this.#block.length : (this.#cutFrom - position) | 0;
  }

  #skipCut(): void {
    if (this.#cutFrom === this.#cutUntil || this.#beforeCut(this.source.position) > 0) return;
    this.source.skip(Math.max(0, (this.#cutUntil - this.source.position) | 0));
    this.#cutFrom = this.#cutUntil;
  }

  /** Speech that breaks off would click: its last sample falls to zero instead. */
  #fadeStep(output: Float32Array, at: number): void {
    for (let index = 0; index < this.#tailLength; index++)
      this.#overlay[index] = this.#last * (1 - (index + 1) / this.#tailLength);
    this.#overlayAt = 0;
    this.#overlayEnd = this.#tailLength;
    this.#last = 0;
    this.#mixOverlay(output, at);
  }

  #mixOverlay(output: Float32Array, at = 0): void {
    const count = Math.min(output.length - at, this.#overlayEnd - this.#overlayAt);
    for (let index = 0; index < count; index++)
      output[at + index] = output[at + index]! + this.#overlay[this.#overlayAt + index]!;
    this.#overlayAt += Math.max(0, count);
  }
}
