import type { TextFilter, TextFiltering, TextPiece } from '@eloquence/plugin-api';
import { PieceWriter } from '../piece-writer.js';
import { type Pronunciations, pronunciationsIn } from './pronunciations.js';

/** Scripts written without spaces: a word may stand beside any other letter. */
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;
const wordCharacter = String.raw`[\p{L}\p{N}\p{M}]`;
const inWord = new RegExp(wordCharacter, 'u');

/**
 * Says names and acronyms as a dictionary has them, whole words only. Captions show them as they are written. A word
 * in small letters stands for every spelling of it, any other for itself. Applies to all texts.
 */
export function createPronunciationFilter(...pronunciations: Pronunciations[]): TextFilter {
  const lexicons = new Map<string, Lexicon>();
  const lexiconIn = (language: string): Lexicon => {
    const known = lexicons.get(language) ?? new Lexicon(pronunciationsIn(language, ...pronunciations));
    // The languages of one application are few; names of languages that are none must not fill the memory.
    if (lexicons.size < maxLexicons) lexicons.set(language, known);
    return known;
  };
  return {
    stage: 'words',
    appliesTo: 'all',
    begin({ language = '' }) {
      const lexicon = lexiconIn(language);
      return lexicon.isEmpty ? undefined : new PronunciationFiltering(lexicon);
    },
  };
}

const maxLexicons = 200;

/** The words of a language, ready to be found. */
class Lexicon {
  readonly #spoken = new Map<string, string>();
  /** Starts of the words, in small letters: a text that ends with one may go on as the word. */
  readonly #starts = new Set<string>();
  readonly pattern: RegExp;
  longest = 0;

  constructor(words: ReadonlyMap<string, string>) {
    const spellings = new Set<string>();
    for (const [written, spoken] of words) {
      for (const spelling of [written, written.normalize('NFC'), written.normalize('NFD')]) {
        this.#spoken.set(spelling, spoken);
        spellings.add(spelling);
        this.longest = Math.max(this.longest, spelling.length);
        const small = spelling.toLowerCase();
        for (let length = 1; length <= small.length; length++) this.#starts.add(small.slice(0, length));
      }
    }
    const alternatives = [...spellings].sort((a, b) => b.length - a.length).map(wholeWord);
    this.pattern = new RegExp(alternatives.join('|'), 'giu');
  }

  get isEmpty(): boolean {
    return this.#spoken.size === 0;
  }

  /** What is said for a word as it stands in the text. */
  spokenFor(found: string): string | undefined {
    const small = found.toLowerCase();
    return this.#spoken.get(found) ?? this.#spoken.get(small);
  }

  /** From where on a text may go on as one of the words. */
  undecidedFrom(text: string): number {
    const small = text.toLowerCase();
    // Letters that change their length with their case are not looked into.
    if (small.length !== text.length) return Math.max(0, text.length - this.longest);
    for (let at = Math.max(0, text.length - this.longest); at < text.length; at++)
      if (this.#starts.has(small.slice(at)) && isWordStart(text, at)) return at;
    return text.length;
  }
}

class PronunciationFiltering implements TextFiltering {
  readonly #lexicon: Lexicon;
  readonly #out = new PieceWriter();
  #text = '';
  #base = 0;
  /** Where the text that has not been answered for begins in `#text`: the character before it is kept. */
  #at = 0;

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
  }

  push(fragment: string): readonly TextPiece[] {
    this.#text += fragment;
    return this.#take(this.#lexicon.undecidedFrom(this.#text));
  }

  finish(): readonly TextPiece[] {
    return this.#take(this.#text.length);
  }

  #take(end: number): readonly TextPiece[] {
    const { pattern } = this.#lexicon;
    pattern.lastIndex = this.#at;
    for (let found = pattern.exec(this.#text); found !== null; found = pattern.exec(this.#text)) {
      const [written] = found;
      if (found.index + written.length > end) {
        // What it may become is not certain yet: it waits as a whole.
        end = Math.min(end, found.index);
        break;
      }
      const spoken = this.#lexicon.spokenFor(written);
      if (spoken === undefined) {
        pattern.lastIndex = found.index + 1;
        continue;
      }
      this.#keep(found.index);
      this.#at = found.index + written.length;
      this.#out.say(spoken, this.#base + found.index, this.#base + this.#at);
    }
    this.#keep(Math.max(this.#at, end));
    const gone = Math.max(0, this.#at - 2);
    this.#text = this.#text.slice(gone);
    this.#base += gone;
    this.#at -= gone;
    return this.#out.take();
  }

  #keep(to: number): void {
    this.#out.keep(this.#text.slice(this.#at, to), this.#base + this.#at);
    this.#at = Math.max(this.#at, to);
  }
}

/** A pattern that finds a word unless it is a part of a longer one. */
function wholeWord(word: string): string {
  const escaped = word.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  const [first = '', last = ''] = [[...word][0], [...word].at(-1)];
  const before = isBounded(first) ? `(?<!${wordCharacter})` : '';
  const after = isBounded(last) ? `(?!${wordCharacter})` : '';
  return `${before}${escaped}${after}`;
}

function isBounded(character: string): boolean {
  return inWord.test(character) && !unspaced.test(character);
}

function isWordStart(text: string, at: number): boolean {
  const character = String.fromCodePoint(text.codePointAt(at)!);
  return !isBounded(character) || !inWord.test(text.slice(Math.max(0, at - 2), at).slice(-1));
}
