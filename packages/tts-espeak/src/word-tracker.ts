import { type TextWord, wordsOf } from '@eloquence/text';
import type { SafeText } from './safe-text.js';
import type { SpeechEvent } from './worker-protocol.js';

/** A word whose end is not known before something follows it. */
export interface TrackedWord {
  readonly text: string;
  readonly startMs: number;
  endMs: number | undefined;
}

/** A gap between two words that has room for those between them, ms a word. */
const roomyGapMs = 60;

/**
 * Makes words out of espeak's events: each word of the text once, in its order. Espeak says several words for one of
 * the text (`2500`, `don't`): these are joined. It says several in one go (`to Paris`), and points at a dash where it
 * means the word behind it: those that it leaves out share the time of the word before. A pause belongs to the word
 * before it.
 */
export class WordTracker {
  readonly #original: string;
  readonly #safe: SafeText;
  readonly #words: readonly TextWord[];
  /** Index of the next word. */
  #next = 0;
  #open: TrackedWord | undefined;
  #missed: TrackedWord[] = [];

  constructor(original: string, safe: SafeText) {
    this.#original = original;
    this.#safe = safe;
    this.#words = wordsOf(original);
  }

  /** Returns the word that begins with `event`, if one does; {@link takeMissed} has those before it. */
  accept(event: SpeechEvent): TrackedWord | undefined {
    if (event.type === 'end') {
      if (this.#open !== undefined) this.#open.endMs = event.audioMs;
      return undefined;
    }
    const index = this.#indexOf(event);
    if (index < this.#next) {
      if (this.#open !== undefined) this.#open.endMs = undefined;
      return undefined;
    }
    this.#fillUpTo(index, event.audioMs);
    const word = this.#words[index];
    if (word === undefined) return undefined;
    this.#next = index + 1;
    this.#open = { text: word.text, startMs: event.audioMs, endMs: undefined };
    return this.#open;
  }

  /** Ends the word that is still open, and the text. */
  close(audioMs: number): void {
    this.#fillUpTo(this.#words.length, audioMs);
    this.#open = undefined;
  }

  /** Words that espeak left out so far. */
  takeMissed(): TrackedWord[] {
    const missed = this.#missed;
    this.#missed = [];
    return missed;
  }

  /** Ends the open word, and gives the words before `end` a share of the time until `untilMs`. */
  #fillUpTo(end: number, untilMs: number): void {
    const open = this.#open;
    const missing = this.#words.slice(this.#next, end);
    this.#next = Math.max(this.#next, end);
    if (missing.length === 0) {
      if (open !== undefined) open.endMs ??= untilMs;
      return;
    }
    const hasRoom = open?.endMs !== undefined && untilMs - open.endMs >= missing.length * roomyGapMs;
    const sharing = hasRoom || open === undefined ? missing : [open, ...missing];
    let fromMs = hasRoom ? open.endMs! : (open?.startMs ?? 0);
    const perUnitMs = Math.max(0, untilMs - fromMs) / sharing.reduce((sum, { text }) => sum + text.length, 0);
    for (const word of sharing) {
      const endMs = fromMs + word.text.length * perUnitMs;
      if (word === open) open.endMs = endMs;
      else this.#missed.push({ text: word.text, startMs: fromMs, endMs });
      fromMs = endMs;
    }
  }

  /** The word that the event is about: the one at its place, or behind it where there is none. */
  #indexOf(event: SpeechEvent): number {
    const indices = this.#safe.sourceIndices;
    let at = indices[Math.min(Math.max(event.textPosition - 1, 0), indices.length - 1)] ?? 0;
    if (/\s/.test(this.#original.charAt(at))) {
      // Espeak sometimes points at the space behind the word it means.
      while (at > 0 && /\s/.test(this.#original.charAt(at))) at--;
      return this.#words.findLastIndex((word) => word.start <= at);
    }
    const index = this.#words.findIndex((word) => word.end > at);
    return index < 0 ? this.#words.length : index;
  }
}
