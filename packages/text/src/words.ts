import { findMarkup } from './markup.js';
import { withoutLetteredEmoji } from './speakable-text.js';

/** A word of a text, as captions show it. */
export interface TextWord {
  /** Without the punctuation around it, entities as what they stand for. */
  readonly text: string;
  /** Where it begins in the text, UTF-16 code units. */
  readonly start: number;
  /** Index behind its last character. */
  readonly end: number;
}

/** Scripts written without spaces between words. */
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;
const letterOrDigit = /[\p{L}\p{N}]/u;
/** Signs that are words when they stand alone: voices say “equals”, “percent”, “euro”. */
const spokenSign = /[\p{Sc}%&@#°±×÷=+<>≤≥≠≈→←√∞§©®™]/u;
const edges = /^[^\p{L}\p{N}\p{M}\p{S}%&@#]+|[^\p{L}\p{N}\p{M}\p{S}%&@#]+$/gu;
const token = /\S+/gu;

let segmenter: Intl.Segmenter | undefined;

/**
 * The words of a text, in order: what stands between white space and has a letter, a digit or a sign that is
 * spoken; in scripts without spaces, what dictionaries know as words. Tags are no words.
 */
export function wordsOf(text: string): TextWord[] {
  const words: TextWord[] = [];
  const readable = blankTags(text);
  for (const { 0: found, index } of readable.matchAll(token)) {
    if (!unspaced.test(found)) add(words, found, index);
    else {
      segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
      for (const part of segmenter.segment(found))
        if (part.isWordLike === true) add(words, part.segment, index + part.index);
    }
  }
  return words;
}

function add(words: TextWord[], found: string, index: number): void {
  const read = decodeEntities(found);
  const bare = withoutLetteredEmoji(read);
  if (!letterOrDigit.test(bare) && !spokenSign.test(bare)) return;
  const text = read.replace(edges, '');
  if (text === '') return;
  // Where an entity is written out, the word stands for all of it.
  const start = read === found ? index + found.indexOf(text) : index;
  words.push({ text, start, end: read === found ? start + text.length : index + found.length });
}

function decodeEntities(text: string): string {
  let decoded = text;
  for (const { kind, start, end, text: meant } of findMarkup(text).reverse())
    if (kind === 'entity') decoded = decoded.slice(0, start) + meant + decoded.slice(end);
  return decoded;
}

/** The text with white space in place of its tags, so that every index stays. */
function blankTags(text: string): string {
  if (!text.includes('<')) return text;
  let blanked = text;
  for (const { kind, start, end } of findMarkup(text))
    if (kind === 'tag') blanked = blanked.slice(0, start) + ' '.repeat(end - start) + blanked.slice(end);
  return blanked;
}
