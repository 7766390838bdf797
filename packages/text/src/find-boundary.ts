import { type FullStopRules, isAbbreviation } from './abbreviations.js';

/** A place where a segment may end. */
export interface Boundary {
  /** Index behind the last character of the segment. */
  readonly end: number;
  /** `sentence`: always cut here; `clause`: only where a short segment is wanted. */
  readonly kind: 'sentence' | 'clause';
}

/** How many code units behind a punctuation mark may be needed to judge it. */
export const lookaheadChars = 160;
const peekChars = 40;

const latinEnders = '.!?…؟۔।॥';
/** Full stops of scripts that have one of their own: they need no space behind them. */
const ownEnders = '։።፧፨။៕។༎᙮᠃᠉꓿꘎꘏꛳꛷꣎꣏꤯꧈꧉꩝꩞꩟꫰꫱꯫᪨᪩᪪᪫᭚᭛᭞᭟᰻᰼᱾᱿';
const cjkEnders = `。！？｡．${ownEnders}`;
const latinClauses = ',;:،؛';
/** The Greek question mark; most Greek is written with a semicolon in its place. */
const greekQuestion = '\u037E';
const cjkClauses = '，、；：､၊፣፤፥፦';
const markSet = new Set(
  `${latinEnders}${cjkEnders}${latinClauses}${greekQuestion}${cjkClauses}\n\r\u2028\u2029\u0085`,
);

/** Thai and Lao have no full stop: a space stands between clauses. */
const unpunctuated = /[\p{sc=Thai}\p{sc=Lao}]/u;

const closers = String.raw`”’»›)\]}」』】）〉》〕`;
const pictures = String.raw`\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200D|\uFE0F|\u20E3|[\u{E0020}-\u{E007F}]`;
/** Marks of emphasis and code, which close behind a full stop: `**important.**`. */
const emphasis = '*_~`';
/** What belongs to a mark without a space: more marks, closing quotes and brackets, emoji; and French ` »`, ` !`. */
const attached = new RegExp(
  `(?:[${latinEnders}${cjkEnders}"'${closers}${emphasis}]|${pictures}|[ \\u00A0\\u202F][»›!?]){0,24}`,
  'uy',
);
/** What may follow behind a space and still belongs to the segment: emoji and closing quotes. */
const trailing = new RegExp(`(?:\\s|[${closers}]|${pictures}){0,24}`, 'uy');
const letterOrDigit = /[\p{L}\p{N}]/u;
const newline = /[\n\r\u2028\u2029\u0085]/;
const paragraph = /(?:\n|\r\n?|[\u2028\u0085])[^\S\n\r]*(?:\n|\r|[\u2028\u0085])|\u2029/;

/** Whether `text[index]` is a mark at which {@link findBoundary} can find something. */
export function isMark(text: string, index: number): boolean {
  const character = text.charAt(index);
  return markSet.has(character) || (character === ' ' && unpunctuated.test(text.charAt(index - 1)));
}

/**
 * Judges the punctuation mark or line break at `index`. `wait` means that the answer depends on text that has not
 * come yet; with `isComplete` the text is taken to end where it ends.
 *
 * Looks at no more than `lookaheadChars` behind the mark, so that the answer is the same however the text came.
 */
export function findBoundary(
  text: string,
  index: number,
  isComplete: boolean,
  rules?: FullStopRules,
): Boundary | 'wait' | undefined {
  if (text.charAt(index) === ' ') return judgeSpace(text, index, isComplete);
  const mark = text.charAt(index);
  const isKnown = isComplete || text.length >= index + lookaheadChars;
  const isFinal = (at: number): boolean => at >= text.length && !isKnown;

  if (newline.test(mark)) return judgeLineBreak(text, index, isKnown);

  const attachedEnd = matchEnd(attached, text, index + 1);
  if (isFinal(attachedEnd)) return 'wait';
  const needsSpace = !isCjk(mark) && !isCjk(text.charAt(attachedEnd - 1));
  if (needsSpace && attachedEnd < text.length && !/\s/.test(text.charAt(attachedEnd))) return undefined;

  const trailingEnd = matchEnd(trailing, text, attachedEnd);
  if (isFinal(trailingEnd)) return 'wait';
  const end = index + text.slice(index, trailingEnd).trimEnd().length;

  const isQuestion = mark === ';' && rules?.language === 'el';
  if (!isQuestion && (latinClauses.includes(mark) || cjkClauses.includes(mark)))
    return { end, kind: 'clause' };
  const next = nextLetter(text, trailingEnd, isKnown);
  if (next === 'wait') return 'wait';
  if (mark === '.' && attachedEnd === index + 1) {
    const word = (): string | undefined => nextWord(text, trailingEnd, isKnown);
    const isPart = isAbbreviation(text.slice(0, index), next, rules, word);
    if (isPart === 'wait') return 'wait';
    if (isPart) return undefined;
  }
  // A small letter goes on with the sentence: “What?” he said; and … so on.
  if (/\p{Ll}/u.test(next) && !isParagraph(text, attachedEnd, trailingEnd)) return { end, kind: 'clause' };
  return { end, kind: 'sentence' };
}

/**
 * How much of a text that broke off is whole sentences and clauses: its end, and whether that ends a sentence.
 *
 * @param mayGoOn whether what follows could continue the last word
 */
export function completePart(
  text: string,
  mayGoOn: boolean,
  rules?: FullStopRules,
): { readonly end: number; readonly endsSentence: boolean } {
  for (let at = text.length - 1; at >= 0; at--) {
    if (!isMark(text, at) || (mayGoOn && at === text.length - 1 && isNumberMark(text, at))) continue;
    const boundary = findBoundary(text, at, true, rules);
    if (boundary !== undefined && boundary !== 'wait')
      return { end: boundary.end, endsSentence: boundary.kind === 'sentence' };
  }
  return { end: 0, endsSentence: false };
}

/** Whether a number could go on behind the mark at `index`: `3.` as `3.14`. */
export function isNumberMark(text: string, index: number): boolean {
  return /\p{N}/u.test(text.charAt(index - 1)) && /[.,:]/.test(text.charAt(index));
}

/** A blank line ends a paragraph; a single line break may only wrap a line, which then goes on with a small letter. */
function judgeLineBreak(text: string, index: number, isKnown: boolean): Boundary | 'wait' | undefined {
  const limit = Math.min(text.length, index + peekChars);
  let next = index;
  while (next < limit && /\s/.test(text.charAt(next))) next++;
  if (next >= text.length && !isKnown) return 'wait';
  const end = text.slice(0, index).trimEnd().length;
  if (isParagraph(text, index, next)) return { end, kind: 'sentence' };
  const letter = nextLetter(text, next, isKnown);
  if (letter === 'wait') return 'wait';
  return /\p{Ll}/u.test(letter) && letterOrDigit.test(text.charAt(next))
    ? undefined
    : { end, kind: 'sentence' };
}

/** Whether the white space from `from` to `to` holds a blank line. */
export function isParagraph(text: string, from: number, to: number): boolean {
  return paragraph.test(text.slice(from, to));
}

/** The first letter or digit from `index` on; empty if there is none near. */
function nextLetter(text: string, index: number, isKnown: boolean): string {
  const limit = Math.min(text.length, index + peekChars);
  for (let at = index; at < limit;) {
    const character = String.fromCodePoint(text.codePointAt(at)!);
    if (letterOrDigit.test(character)) return character;
    at += character.length;
  }
  return limit === text.length && !isKnown ? 'wait' : '';
}

/** A space between two Thai or Lao words. */
function judgeSpace(text: string, index: number, isComplete: boolean): Boundary | 'wait' | undefined {
  if (index + 1 >= text.length && !isComplete) return 'wait';
  return unpunctuated.test(text.charAt(index + 1)) ? { end: index, kind: 'clause' } : undefined;
}

/** The first word from `index` on; empty if there is none near, `undefined` if it has not come whole. */
function nextWord(text: string, index: number, isKnown: boolean): string | undefined {
  const limit = Math.min(text.length, index + peekChars);
  const word = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/u.exec(text.slice(index, limit));
  if (word !== null && index + word.index + word[0].length < limit) return word[0];
  return limit === text.length && !isKnown ? undefined : (word?.[0] ?? '');
}

function matchEnd(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.test(text) ? pattern.lastIndex : index;
}

function isCjk(character: string): boolean {
  return (
    character !== '' &&
    (cjkEnders.includes(character) || cjkClauses.includes(character) || '」』】）〉》〕'.includes(character))
  );
}
