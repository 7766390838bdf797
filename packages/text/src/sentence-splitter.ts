import type { TextSegment, TextSegmentation } from '@eloquence/plugin-api';
import { type FullStopRules, fullStopRules } from './abbreviations.js';
import { findBoundary, isMark, isNumberMark, isParagraph, lookaheadChars } from './find-boundary.js';
import { hardCut } from './hard-cut.js';
import { hasSpeakableText } from './speakable-text.js';

export interface SegmentLimits {
  /** Longest segment, UTF-16 code units, 40 or more. */
  readonly maxSegmentChars: number;
  /** From this length on the first segment may end with a clause, so that its speech begins early. */
  readonly firstSegmentMinChars: number;
}

/** Punctuation, emoji and space at the end that are looked through for the mark that a flush needs. */
const flushWindowChars = 48;
const letterOrDigit = /[\p{L}\p{N}]/u;

/**
 * Cuts text into segments as it comes. The same text gives the same segments however it is divided into
 * fragments, even within a surrogate pair; only {@link flush} depends on time. Holds at most one segment and the
 * text needed to judge its end.
 */
export class SentenceSplitter implements TextSegmentation {
  readonly #limits: SegmentLimits;
  readonly #rules: FullStopRules;
  #rest = '';
  /** Index of `#rest` in the whole input. */
  #restIndex = 0;
  /** Half of a surrogate pair whose other half is to come. */
  #half = '';
  #count = 0;
  /** Up to here `#rest` holds no boundary. */
  #scanned = 0;
  #lastClauseEnd = 0;

  /** @param language of the text, BCP 47; the common rules if absent */
  constructor(limits: SegmentLimits, language?: string) {
    this.#limits = limits;
    this.#rules = fullStopRules(language);
  }

  /** True if {@link flush} would give something. */
  get canFlush(): boolean {
    return this.#flushableEnd() > 0;
  }

  /** Takes more text and returns what can be spoken now. */
  push(fragment: string): TextSegment[] {
    const text = this.#half + fragment;
    const endsInHalf = isHighSurrogate(text.charCodeAt(text.length - 1));
    this.#half = endsInHalf ? text.slice(-1) : '';
    this.#rest += endsInHalf ? text.slice(0, -1) : text;
    return this.#take(false);
  }

  /** Gives out a clause or sentence that is complete so far, when more text is long in coming. */
  flush(): TextSegment[] {
    const end = this.#flushableEnd();
    if (end === 0) return [];
    const isClause = /[,;:،؛，、；：､][^\p{L}\p{N}]*$/u.test(this.#rest.slice(0, end));
    return [this.#cut(end, !isClause)];
  }

  /** Ends the text and returns the rest of it. */
  finish(): TextSegment[] {
    this.#rest += this.#half;
    this.#half = '';
    return this.#take(true);
  }

  #take(isFinished: boolean): TextSegment[] {
    const segments: TextSegment[] = [];
    for (;;) {
      this.#skipSpace();
      if (this.#rest === '') return segments;
      const segment = this.#next(isFinished);
      if (segment === undefined) return segments;
      segments.push(segment);
    }
  }

  #next(isFinished: boolean): TextSegment | undefined {
    const { maxSegmentChars, firstSegmentMinChars } = this.#limits;
    const limit = Math.min(this.#rest.length, maxSegmentChars);
    for (; this.#scanned < limit; this.#scanned++) {
      if (!isMark(this.#rest, this.#scanned)) continue;
      const boundary = findBoundary(this.#rest, this.#scanned, isFinished, this.#rules);
      if (boundary === 'wait') return undefined;
      if (boundary === undefined || boundary.end > maxSegmentChars) continue;
      if (!hasSpeakableText(this.#rest.slice(0, boundary.end))) continue;
      const isEarlyStart = this.#count === 0 && boundary.end >= firstSegmentMinChars;
      if (boundary.kind === 'sentence' || isEarlyStart)
        return this.#cut(boundary.end, boundary.kind === 'sentence');
      this.#lastClauseEnd = boundary.end;
    }
    if (
      this.#rest.length >= maxSegmentChars + lookaheadChars ||
      (isFinished && this.#rest.length > maxSegmentChars)
    ) {
      return this.#cut(hardCut(this.#rest, maxSegmentChars, this.#lastClauseEnd), false);
    }
    return isFinished ? this.#cut(this.#rest.length, false) : undefined;
  }

  #cut(end: number, endsSentence: boolean): TextSegment {
    const text = this.#rest.slice(0, end).trimEnd();
    const segment = {
      index: this.#count++,
      text,
      startIndex: this.#restIndex,
      endsSentence,
      isSpeakable: hasSpeakableText(text),
    };
    this.#advance(end);
    return segment;
  }

  #skipSpace(): void {
    const trimmed = this.#rest.trimStart();
    if (trimmed.length !== this.#rest.length) this.#advance(this.#rest.length - trimmed.length);
  }

  #advance(count: number): void {
    this.#rest = this.#rest.slice(count);
    this.#restIndex += count;
    this.#scanned = 0;
    this.#lastClauseEnd = 0;
  }

  /** Where the text held ends, if that is the end of a clause or sentence; else 0. */
  #flushableEnd(): number {
    const rest = this.#rest;
    const trimmedLength = rest.trimEnd().length;
    if (trimmedLength === 0 || this.#half !== '' || !hasSpeakableText(rest)) return 0;
    if (isParagraph(rest, trimmedLength, rest.length)) return trimmedLength;
    let tail = trimmedLength;
    while (tail > 0 && trimmedLength - tail < flushWindowChars && !letterOrDigit.test(rest.charAt(tail - 1)))
      tail--;
    for (let at = tail; at < trimmedLength; at++) {
      if (!isMark(rest, at)) continue;
      // Without a space behind it, a point or comma may be in the middle of a number.
      if (trimmedLength === rest.length && isNumberMark(rest, at)) return 0;
      const boundary = findBoundary(rest, at, true, this.#rules);
      if (boundary !== undefined && boundary !== 'wait' && boundary.end === trimmedLength)
        return boundary.end;
    }
    return 0;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
