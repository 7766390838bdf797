import type { WordTiming } from '@eloquence/plugin-api';
import { type TextWord, wordsOf } from './words.js';

/** Words behind the place in hand that are looked through for what the voice says it spoke. */
const searchedWords = 12;
/** A gap between two reported words that has room for those between them, ms a word. */
const roomyGapMs = 60;

interface MutableTiming {
  text: string;
  startMs: number;
  endMs: number;
}

/**
 * Tells each word of a text once and in the order of the text, whatever the voice reports: words it joins (`to Paris`),
 * splits (`don't`), leaves out, repeats or makes up. Words without a time of their own share the time between
 * their neighbours by their length. Times are those of the voice, never run backwards, and count from the start of
 * the text.
 */
export class WordAligner {
  readonly #words: readonly { readonly text: string; readonly letters: string }[];
  /** Words told so far: the index of the next one. */
  #next = 0;
  /** Letters of the next-to-last place that the voice has not said yet: the rest of a word that it splits. */
  #restOfLast = '';
  #last: MutableTiming | undefined;
  /** Whether `#last` is still in hand, so that its end may change. */
  #isLastOpen = false;

  /** @param text the text, or its words where the voice is given others than are told */
  constructor(text: string | readonly (TextWord & { readonly spoken: string })[]) {
    this.#words =
      typeof text === 'string'
        ? wordsOf(text).map((word) => ({ text: word.text, letters: lettersOf(word.text) }))
        : text.map((word) => ({ text: word.text, letters: lettersOf(word.spoken) }));
  }

  /** True once every word is told. */
  get isComplete(): boolean {
    return this.#next >= this.#words.length;
  }

  /** Takes what the voice reports next; gives the words that are certain by now. */
  accept(reported: readonly WordTiming[]): WordTiming[] {
    this.#isLastOpen = false;
    const told: MutableTiming[] = [];
    for (const word of reported) {
      if (!Number.isFinite(word.startMs) || !Number.isFinite(word.endMs)) continue;
      const found = this.#find(lettersOf(word.text));
      if (found === undefined) continue;
      if (found === 'last') {
        if (this.#isLastOpen && this.#last !== undefined)
          this.#last.endMs = Math.max(this.#last.endMs, word.endMs);
        continue;
      }
      const startMs = Math.max(word.startMs, this.#last?.startMs ?? 0);
      this.#fillUpTo(found.first, startMs, told);
      this.#tell(found.last + 1, startMs, Math.max(startMs, word.endMs), told);
    }
    return told;
  }

  /** The text has been spoken, and took this long: gives the words that the voice left out at its end. */
  finish(durationMs: number): WordTiming[] {
    this.#isLastOpen = false;
    const told: MutableTiming[] = [];
    this.#fillUpTo(this.#words.length, Math.max(durationMs, this.#last?.startMs ?? 0), told);
    return told;
  }

  /** Which words of the text a reported one stands for, `last` if it belongs to the one told last. */
  #find(letters: string): { readonly first: number; readonly last: number } | 'last' | undefined {
    if (letters === '') return undefined;
    if (this.#restOfLast.startsWith(letters)) {
      this.#restOfLast = this.#restOfLast.slice(letters.length);
      return 'last';
    }
    const end = Math.min(this.#words.length, this.#next + searchedWords);
    // Whole words first: a short one such as `a` begins many others.
    for (let at = this.#next; at < end; at++) {
      const last = this.#lastOf(at, letters);
      if (last !== undefined) return this.#found(at, last, '');
    }
    for (let at = this.#next; at < end; at++) {
      const { letters: own } = this.#words[at]!;
      if (own.startsWith(letters)) return this.#found(at, at, own.slice(letters.length));
    }
    return undefined;
  }

  /** Where the run of words ends that `letters` spells from `first` on, if it does. */
  #lastOf(first: number, letters: string): number | undefined {
    let rest = letters;
    for (let at = first; at < this.#words.length; at++) {
      const { letters: own } = this.#words[at]!;
      if (own === '' || !rest.startsWith(own)) return undefined;
      rest = rest.slice(own.length);
      if (rest === '') return at;
    }
    return undefined;
  }

  #found(first: number, last: number, rest: string): { readonly first: number; readonly last: number } {
    this.#restOfLast = rest;
    return { first, last };
  }

  /** Tells the words before `end`, of which the voice said nothing until `untilMs`. */
  #fillUpTo(end: number, untilMs: number, told: MutableTiming[]): void {
    const missing = end - this.#next;
    if (missing <= 0) return;
    const last = this.#last;
    if (last === undefined || untilMs - last.endMs >= missing * roomyGapMs) {
      this.#tell(end, last?.endMs ?? 0, untilMs, told);
      return;
    }
    // No room between them: the word before was reported for all of them.
    const weight = weightOf(last.text);
    let total = weight;
    for (let at = this.#next; at < end; at++) total += weightOf(this.#words[at]!.text);
    const fromMs = last.startMs + ((untilMs - last.startMs) * weight) / total;
    if (this.#isLastOpen) last.endMs = fromMs;
    this.#tell(end, fromMs, untilMs, told);
  }

  /** Tells the words before `end`, which share the time from `fromMs` to `untilMs`. */
  #tell(end: number, fromMs: number, untilMs: number, told: MutableTiming[]): void {
    let total = 0;
    for (let at = this.#next; at < end; at++) total += weightOf(this.#words[at]!.text);
    let startMs = fromMs;
    let weight = 0;
    for (; this.#next < end; this.#next++) {
      const { text } = this.#words[this.#next]!;
      weight += weightOf(text);
      const endMs = this.#next === end - 1 ? untilMs : fromMs + ((untilMs - fromMs) * weight) / total;
      const timing = { text, startMs, endMs: Math.max(startMs, endMs) };
      told.push(timing);
      this.#last = timing;
      this.#isLastOpen = true;
      startMs = timing.endMs;
    }
  }
}

/** What two spellings of a word have in common, however the voice writes it. A sign stands for itself. */
function lettersOf(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase();
  return plain.replace(/[^\p{L}\p{N}\p{M}]+/gu, '') || plain.replace(/\s+/g, '');
}

function weightOf(text: string): number {
  return Math.max(1, text.length);
}
