/** Marks of emphasis that are open, by their character. */
export type OpenMarks = Map<string, number>;

/** How far the other end of emphasis within a word is looked for. */
const longestWord = 64;
const letterOrDigit = /[\p{L}\p{N}\p{M}]/u;
const digit = /\p{Nd}/u;
/** Scripts of formulas. */
const latin = /[\p{sc=Latin}\p{sc=Greek}\p{Nd}]/u;
const space = /^(?:\s|$)/;
const punctuation = /[\p{P}\p{S}]/u;

/** A run of `*`, `_` or `~`. */
export interface MarkRun {
  readonly end: number;
  /** Whether it opens or closes emphasis, so that it is not spoken. */
  readonly isMark: boolean;
}

/**
 * Judges a run of marks by what stands on either side of it, as CommonMark does; but what opens counts at once, since
 * the end of it may be long in coming, and what closes may stand between a full stop and a letter (`**重要。**次`).
 *
 * @returns `undefined` if more of the text is needed
 */
export function readMarks(text: string, at: number, isFinal: boolean, open: OpenMarks): MarkRun | undefined {
  const mark = text.charAt(at);
  let end = at + 1;
  while (text.charAt(end) === mark) end++;
  if (!isFinal && (end === text.length || isHalf(text, end))) return undefined;
  const length = end - at;
  const before = characterBefore(text, at);
  const after = end < text.length ? String.fromCodePoint(text.codePointAt(end)!) : '';
  const literal = { end, isMark: false };
  if (mark === '~' && length !== 2) return literal;

  const isInWord = letterOrDigit.test(before) && letterOrDigit.test(after);
  const opened = open.get(mark) ?? 0;
  const canClose = opened > 0 && !space.test(before) && (mark !== '_' || !letterOrDigit.test(after));
  if (canClose) {
    open.set(mark, Math.max(0, opened - length));
    return { end, isMark: true };
  }
  if (space.test(after) || (isInWord && mark === '_')) return literal;
  if (punctuation.test(after) && !space.test(before) && !punctuation.test(before)) return literal;
  if (isInWord) {
    // A product or a power, as `2*x` and `x**2`; but Chinese writes emphasis around numbers without a space.
    if ((digit.test(before) || digit.test(after)) && latin.test(before) && latin.test(after)) return literal;
    if (length === 1) {
      const isClosed = closesWithinWord(text, end, isFinal, mark);
      if (isClosed === undefined) return undefined;
      if (!isClosed) return literal;
    }
  }
  open.set(mark, opened + length);
  return { end, isMark: true };
}

/** `a*b` is a product, `im*port*ant` is not. */
function closesWithinWord(text: string, from: number, isFinal: boolean, mark: string): boolean | undefined {
  const limit = from + longestWord;
  for (let at = from; at < limit && at < text.length; at++) {
    if (text.charAt(at) === mark) return true;
    if (/\s/.test(text.charAt(at))) return false;
  }
  return text.length >= limit || isFinal ? false : undefined;
}

/** Whether only the first half of a character is there. */
function isHalf(text: string, at: number): boolean {
  return at === text.length - 1 && /[\uD800-\uDBFF]/.test(text.charAt(at));
}

/** The character that ends before `at`; empty at the start. */
export function characterBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - 2), at);
  return [...before].at(-1) ?? '';
}
