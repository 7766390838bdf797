import type { WordTiming } from '@eloquence/plugin-api';

const maxPhraseEnds = 64;
const maxWords = 5000;

/** Where words begin and phrases end in the samples that are still to be framed. */
export class SpeechMarks {
  readonly #phraseEnds: number[] = [];
  #words: WordTiming[] = [];
  #droppedWords = 0;

  /** Words that had no usable time, were too many to keep, or lay beyond the end of the speech. */
  get droppedWords(): number {
    return this.#droppedWords;
  }

  /** A phrase ends before the sample at `position`. */
  addPhraseEnd(position: number): void {
    // Ends this close together fall into a frame or two: the later one stands for both.
    if (this.#phraseEnds.length >= maxPhraseEnds) this.#phraseEnds.pop();
    this.#phraseEnds.push(position);
  }

  addWords(words: readonly WordTiming[], offsetMs: number): void {
    for (const { text, startMs, endMs } of words) {
      if (!Number.isFinite(startMs) || !Number.isFinite(endMs) || this.#words.length >= maxWords) {
        this.#droppedWords++;
        continue;
      }
      this.#words.push({ text, startMs: startMs + offsetMs, endMs: endMs + offsetMs });
    }
  }

  /** Whether a phrase ended at or before `position`; each end is told once. */
  takePhraseEnd(position: number): boolean {
    const ends = this.#phraseEnds;
    let count = 0;
    while (count < ends.length && ends[count]! <= position) count++;
    if (count > 0) ends.splice(0, count);
    return count > 0;
  }

  /** The words that begin before `endMs` and were not taken yet. */
  takeWords(endMs: number): readonly WordTiming[] {
    if (this.#words.length === 0) return noWords;
    const taken = this.#words.filter((word) => word.startMs < endMs);
    if (taken.length > 0) this.#words = this.#words.filter((word) => word.startMs >= endMs);
    return taken;
  }

  /** Gives up on words that begin after the last frame. */
  dropRest(): void {
    this.#droppedWords += this.#words.length;
    this.#words = [];
  }
}

const noWords: readonly WordTiming[] = Object.freeze([]);
