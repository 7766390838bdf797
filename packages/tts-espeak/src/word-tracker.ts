import type { SafeText } from './safe-text.js';
import type { SpeechEvent } from './worker-protocol.js';

/** A word whose end is not known before something follows it. */
export interface TrackedWord {
  readonly text: string;
  readonly startMs: number;
  endMs: number | undefined;
}

/** Scripts written without spaces between words. */
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;
const edges = /^[^\p{L}\p{N}\p{M}\p{S}%&@#]+|[^\p{L}\p{N}\p{M}\p{S}%&@#]+$/gu;

/**
 * Makes words out of espeak's events. Espeak says several words for one of the text (`2500`, `don't`): these are
 * joined, so that each word of the text comes once. A pause belongs to the word before it.
 */
export class WordTracker {
  readonly #original: string;
  readonly #safe: SafeText;
  #open: TrackedWord | undefined;
  #openStart = -1;

  constructor(original: string, safe: SafeText) {
    this.#original = original;
    this.#safe = safe;
  }

  /** Returns the word that begins with `event`, if one does. */
  accept(event: SpeechEvent): TrackedWord | undefined {
    if (event.type === 'end') {
      if (this.#open !== undefined) this.#open.endMs = event.audioMs;
      return undefined;
    }
    const { start, text } = this.#locate(event);
    if (start === this.#openStart && this.#open !== undefined) {
      this.#open.endMs = undefined;
      return undefined;
    }
    this.close(event.audioMs);
    this.#open = { text, startMs: event.audioMs, endMs: undefined };
    this.#openStart = start;
    return this.#open;
  }

  /** Ends the word that is still open. */
  close(audioMs: number): void {
    if (this.#open !== undefined) this.#open.endMs ??= audioMs;
    this.#open = undefined;
    this.#openStart = -1;
  }

  #locate(event: SpeechEvent): { start: number; text: string } {
    const original = this.#original;
    const indices = this.#safe.sourceIndices;
    const first = Math.min(Math.max(event.textPosition - 1, 0), indices.length - 1);
    let start = indices[first] ?? 0;
    const character = String.fromCodePoint(original.codePointAt(start) ?? 0x20);
    if (unspaced.test(character)) {
      const end = indices[first + Math.max(event.textLength, 1)] ?? original.length;
      return { start, text: original.slice(start, end) };
    }
    // Espeak sometimes points at the space behind the word it means.
    while (start > 0 && isSpace(original, start)) start--;
    while (start > 0 && !isSpace(original, start - 1)) start--;
    let end = start;
    while (end < original.length && !isSpace(original, end)) end++;
    const token = original.slice(start, end);
    return { start, text: token.replace(edges, '') || token };
  }
}

function isSpace(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code <= 0x20 || (code > 0x7f && /\s/.test(text.charAt(index)));
}
