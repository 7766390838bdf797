import type { TextFiltering, TextPiece, TextSegment } from '@eloquence/plugin-api';
import { type TextWord, wordsOf } from './words.js';

/** A word that captions show, and what a voice says for it. */
export interface CaptionWord extends TextWord {
  /** Empty where the word before it is spoken for both: `New York` said as one name. */
  readonly spoken: string;
}

/** A segment of a text as a voice is given it. `startIndex` counts in the text as it came. */
export interface FilteredSegment extends TextSegment {
  /** Its words as they came, in order. */
  readonly words: readonly CaptionWord[];
}

/** A stretch of filtered text with its origin. */
interface Stretch {
  readonly text: string;
  /** What captions show for it. */
  readonly shown: string;
  /** In the text as it came. */
  readonly start: number;
  readonly end: number;
  /** Whether it is the text as it came, so that it can be divided. */
  readonly isVerbatim: boolean;
}

/** Stretches one after another, found by their place in the text that they make up together. */
class Stretches {
  #items: Stretch[] = [];
  /** Where the first one begins. */
  #index = 0;
  /** Where the last one that has gone ended, in the text as it came. */
  #gone = 0;

  push(stretch: Stretch): void {
    if (stretch.text !== '') this.#items.push(stretch);
  }

  /** What makes up the text from `from` to `to`, cut to it. */
  between(from: number, to: number): Stretch[] {
    const found: Stretch[] = [];
    let at = this.#index;
    for (const item of this.#items) {
      const [start, end] = [Math.max(from - at, 0), Math.min(to - at, item.text.length)];
      if (start < end) found.push(cut(item, start, end));
      at += item.text.length;
      if (at >= to) break;
    }
    return found;
  }

  /** Where a place in the text comes from. */
  originOf(index: number): number {
    return this.between(index, index + 1)[0]?.start ?? this.#items.at(-1)?.end ?? this.#gone;
  }

  /** Forgets what lies before `index`. */
  dropUntil(index: number): void {
    let count = 0;
    for (const { text, end } of this.#items) {
      if (this.#index + text.length > index) break;
      this.#index += text.length;
      this.#gone = end;
      count++;
    }
    if (count > 0) this.#items.splice(0, count);
  }
}

/** One filter, and what it has been given and not answered for yet. */
class FilterStage {
  readonly #filtering: TextFiltering;
  readonly #given = new Stretches();

  constructor(filtering: TextFiltering) {
    this.#filtering = filtering;
  }

  filter(given: readonly Stretch[], isLast: boolean): Stretch[] {
    for (const stretch of given) this.#given.push(stretch);
    const text = given.map((stretch) => stretch.text).join('');
    const pieces = text === '' ? [] : [...this.#filtering.push(text)];
    if (isLast) pieces.push(...this.#filtering.finish());
    return pieces.flatMap((piece) => this.#traced(piece));
  }

  #traced({ text, start, end }: TextPiece): Stretch[] {
    this.#given.dropUntil(start);
    if (start === end) {
      const origin = this.#given.originOf(start);
      return [{ text, shown: text, start: origin, end: origin, isVerbatim: false }];
    }
    const parts = this.#given.between(start, end);
    if (parts.map((part) => part.text).join('') === text) return parts;
    const shown = text.trim() === '' ? text : parts.map((part) => part.shown).join('');
    return [{ text, shown, start: parts[0]?.start ?? 0, end: parts.at(-1)?.end ?? 0, isVerbatim: false }];
  }
}

/** A text on its way through filters, one after another. Remembers where all that comes out of them comes from. */
export class FilteredText {
  readonly #stages: readonly FilterStage[];
  readonly #out = new Stretches();
  #length = 0;

  constructor(filterings: readonly TextFiltering[]) {
    this.#stages = filterings.map((filtering) => new FilterStage(filtering));
  }

  /** Takes more of the text; gives what can be spoken of it. */
  push(fragment: string): string {
    const start = this.#length;
    const end = (this.#length += fragment.length);
    return this.#run([{ text: fragment, shown: fragment, start, end, isVerbatim: true }], false);
  }

  /** The text is over: gives the rest. */
  finish(): string {
    return this.#run([], true);
  }

  /** The segment at its place in the text as it came, with the words that stand there. */
  traced(segment: TextSegment): FilteredSegment {
    const { text, startIndex } = segment;
    this.#out.dropUntil(startIndex);
    const parts = this.#out.between(startIndex, startIndex + text.length);
    return { ...segment, startIndex: parts[0]?.start ?? this.#length, words: wordsIn(parts) };
  }

  #run(given: readonly Stretch[], isLast: boolean): string {
    let stretches = given;
    for (const stage of this.#stages) stretches = stage.filter(stretches, isLast);
    for (const stretch of stretches) this.#out.push(stretch);
    return stretches.map((stretch) => stretch.text).join('');
  }
}

/** The words of a segment as captions show them: what was replaced as it came, whatever is said for it. */
function wordsIn(traced: readonly Stretch[]): CaptionWord[] {
  const parts: Stretch[] = [];
  for (const part of traced) {
    const before = parts.at(-1);
    // The rest of a replacement of which a later filter replaced a part.
    if (part.shown === '' && before?.isVerbatim === false)
      parts[parts.length - 1] = { ...before, text: before.text + part.text };
    else parts.push(part);
  }
  let spokenLast: Stretch | undefined;
  return wordsOf(parts.map((part) => part.shown).join('')).map(({ text, start, end }) => {
    const found = shownBetween(parts, start, end);
    const isVerbatim = found.every(({ stretch }) => stretch.isVerbatim);
    let spoken = '';
    for (const { stretch, from, to } of found) {
      if (stretch.isVerbatim) spoken += stretch.text.slice(from, to);
      // Of several words for one replacement, the first one carries all that is said.
      else if (stretch !== spokenLast) spoken += stretch.text;
      spokenLast = stretch;
    }
    const [first, last] = [found[0], found.at(-1)];
    return {
      text,
      spoken: isVerbatim ? text : spoken.trim(),
      start: first === undefined ? 0 : originIn(first.stretch, first.from, first.stretch.start),
      end: last === undefined ? 0 : originIn(last.stretch, last.to, last.stretch.end),
    };
  });
}

/** Where a place in what is shown of a stretch comes from. */
function originIn(stretch: Stretch, at: number, otherwise: number): number {
  return stretch.shown.length === stretch.end - stretch.start ? stretch.start + at : otherwise;
}

/** The stretches that are shown from `from` to `to`, and which part of each. */
function shownBetween(
  parts: readonly Stretch[],
  from: number,
  to: number,
): { readonly stretch: Stretch; readonly from: number; readonly to: number }[] {
  let at = 0;
  return parts.flatMap((stretch) => {
    const [start, end] = [Math.max(from - at, 0), Math.min(to - at, stretch.shown.length)];
    at += stretch.shown.length;
    return start < end ? [{ stretch, from: start, to: end }] : [];
  });
}

function cut(stretch: Stretch, from: number, to: number): Stretch {
  const { text, shown, start, isVerbatim } = stretch;
  if (from === 0 && to === text.length) return stretch;
  if (!isVerbatim) return { ...stretch, text: text.slice(from, to), shown: from === 0 ? shown : '' };
  const part = text.slice(from, to);
  return { text: part, shown: part, start: start + from, end: start + to, isVerbatim };
}
