// Longer than 300 lines: one machine of states, whose steps share all of its fields.
import type { TextFiltering, TextPiece } from '@eloquence/plugin-api';
import { PieceWriter } from '../piece-writer.js';
import { type OpenMarks, characterBefore, readMarks } from './emphasis.js';
import { type LineStart, closesFence, readLineStart } from './line-start.js';
import { readAddress, readAngle, readBracket, readCodeSpan } from './links.js';
import type { MarkdownOptions } from './markdown-options.js';

/** Longest run of text that is looked through at once. */
const plainText = /[^\\`*_~![\]<|\n\r\u2028\u2029hHwW#]+/y;
const plainTextInRow = /[^\\`*_~![\]<|\s hHwW#]+/y;
const newline = /[\n\r\u2028\u2029]/;
const escapable = /[!-/:-@[-`{-~]/;

/** A stretch of the text between two lines: white space, and marks that nothing is said for. */
interface Break {
  readonly start: number;
  readonly end: number;
  /** Whether a block ends there, which ends a sentence. */
  readonly isBlock: boolean;
}

/**
 * Reads one text of Markdown as it comes. Nothing is held back but what cannot be judged yet: the start of a line, a
 * mark at the end of what is known, and what may be a link. All indices that leave it count from the start of the
 * text, all inside it from the start of `#text`.
 */
export class MarkdownFiltering implements TextFiltering {
  readonly #code: NonNullable<MarkdownOptions['code']>;
  readonly #announcement: string;
  readonly #addresses: NonNullable<MarkdownOptions['addresses']>;
  readonly #out = new PieceWriter();
  readonly #open: OpenMarks = new Map();
  /** Stretches ahead that are not read, because they belong to a link: from the start of the text. */
  #skips: { readonly start: number; readonly end: number }[] = [];
  #text = '';
  /** Where `#text` begins. */
  #base = 0;
  #at = 0;
  #isFinal = false;
  #isLineStart = true;
  #line: LineStart['kind'] = 'blank';
  #endsBlock = false;
  #isQuote = false;
  #isInTable = false;
  /** The marks that opened the block of code that the text is in. */
  #fence = '';
  #break: Break | undefined;
  /** Whether a block has just ended, so that another break would say nothing. */
  #isBroken = true;
  /** Whether a cell has been read in this row, and another one has begun since. */
  #hasCell = false;
  #isNextCell = false;

  constructor({ code = 'announce', addresses = 'host' }: MarkdownOptions, announcement: string) {
    this.#code = code;
    this.#addresses = addresses;
    this.#announcement = announcement;
  }

  push(fragment: string): readonly TextPiece[] {
    this.#text += fragment;
    return this.#run();
  }

  finish(): readonly TextPiece[] {
    this.#isFinal = true;
    return this.#run();
  }

  #run(): readonly TextPiece[] {
    while (this.#at < this.#text.length) {
      if (!(this.#isLineStart ? this.#beginLine() : this.#goOn())) break;
    }
    // The characters before decide what a mark is.
    const gone = Math.max(0, this.#at - 2);
    this.#text = this.#text.slice(gone);
    this.#base += gone;
    this.#at -= gone;
    return this.#out.take();
  }

  /** Reads the start of a line; false if more of it is needed. */
  #beginLine(): boolean {
    const end = this.#lineEnd();
    const isWhole = this.#isFinal || end < this.#text.length;
    const line = this.#text.slice(this.#at, end);
    if (this.#fence !== '') return this.#goOnInCode(line, isWhole);
    const start = readLineStart(line, isWhole, this.#isInTable);
    if (start === undefined) return false;
    this.#isLineStart = false;
    this.#line = start.kind;
    this.#endsBlock = start.endsBlock;
    this.#at += start.length;
    if (start.kind === 'blank') this.#isInTable = false;
    if (start.opensTable) this.#isInTable = true;
    if (start.kind === 'blank' || start.kind === 'nothing') {
      this.#endsBlock = true;
      return true;
    }
    const isBlock = start.kind !== 'text' || start.isQuote !== this.#isQuote;
    this.#isQuote = start.isQuote;
    this.#writeBreak(isBlock);
    if (start.kind === 'row') [this.#hasCell, this.#isNextCell] = [false, false];
    if (start.kind === 'fence') this.#openFence(start.fence);
    return true;
  }

  #openFence(fence: string): void {
    this.#fence = fence;
    this.#endsBlock = true;
    if (this.#code !== 'announce') return;
    this.#out.say(this.#announcement, this.#base + this.#at);
    this.#isBroken = false;
  }

  /** Reads a line of a block of code, or as much as is there; false if it may be the end of the block. */
  #goOnInCode(line: string, isWhole: boolean): boolean {
    const isEnd = closesFence(line, isWhole, this.#fence);
    if (isEnd === undefined) return false;
    this.#isLineStart = false;
    this.#line = 'fence';
    this.#endsBlock = isEnd || this.#code !== 'read';
    if (isEnd) {
      this.#fence = '';
      this.#at += line.length;
    } else if (this.#code === 'read') this.#writeBreak(false);
    return true;
  }

  /** Reads on within a line; false if more of the text is needed. */
  #goOn(): boolean {
    const [skip] = this.#skips;
    if (skip !== undefined && skip.start <= this.#base + this.#at) {
      this.#skips.shift();
      this.#at = Math.max(this.#at, skip.end - this.#base);
      return true;
    }
    if (newline.test(this.#text.charAt(this.#at))) return this.#endLine();
    if (this.#line === 'fence') {
      const end = this.#lineEnd();
      if (this.#code === 'read' && this.#fence !== '') this.#keep(this.#at, end);
      this.#at = end;
      return true;
    }
    return this.#line === 'row' ? this.#readCell() : this.#readInline();
  }

  #endLine(): boolean {
    const { length } = this.#text;
    const isReturn = this.#text.charAt(this.#at) === '\r';
    if (isReturn && this.#at + 1 === length && !this.#isFinal) return false;
    const start = this.#base + this.#at;
    this.#at += isReturn && this.#text.charAt(this.#at + 1) === '\n' ? 2 : 1;
    this.#break = {
      start: this.#break?.start ?? start,
      end: this.#base + this.#at,
      isBlock: this.#endsBlock || this.#break?.isBlock === true,
    };
    this.#isLineStart = true;
    // What ends a block is certain, and may be followed by a pause.
    if (this.#break.isBlock && this.#fence === '') this.#writeBreak(true);
    return true;
  }

  /** Writes the line break that is due, now that it is known what follows. */
  #writeBreak(isBlock: boolean): void {
    const due = this.#break;
    this.#break = undefined;
    if (due === undefined || this.#isBroken) return;
    const endsBlock = isBlock || due.isBlock;
    if (endsBlock) this.#open.clear();
    this.#isBroken = endsBlock;
    this.#out.say(endsBlock ? '\n\n' : '\n', due.start, due.end);
  }

  /** Reads on in a row of a table: bars and the white space beside them are not read. */
  #readCell(): boolean {
    const space = /^[^\S\n\r\u2028\u2029]+/u.exec(this.#text.slice(this.#at))?.[0] ?? '';
    const end = this.#at + space.length;
    if (end === this.#text.length && !this.#isFinal) return false;
    if (this.#text.charAt(end) === '|') {
      this.#isNextCell = this.#hasCell;
      this.#at = end + 1;
      return true;
    }
    if (space === '') return this.#readInline();
    if (
      end < this.#text.length &&
      !newline.test(this.#text.charAt(end)) &&
      !this.#isNextCell &&
      !this.#isBroken
    )
      this.#out.keep(space, this.#base + this.#at);
    this.#at = end;
    return true;
  }

  #readInline(): boolean {
    const text = this.#text;
    const at = this.#at;
    const character = text.charAt(at);
    switch (character) {
      case '\\':
        return this.#readEscape();
      case '`':
        return this.#takeFound(readCodeSpan(text, at, this.#isFinal));
      case '*':
      case '_':
      case '~': {
        const run = readMarks(text, at, this.#isFinal, this.#open);
        if (run === undefined) return false;
        if (!run.isMark) this.#keep(at, run.end);
        this.#at = run.end;
        return true;
      }
      case '!':
        return this.#readExclamation();
      case '[': {
        const link = readBracket(text, at, this.#isFinal);
        if (link === undefined) return false;
        if (link === 'literal') return this.#takeCharacter();
        this.#skips.push({ start: this.#base + link.labelEnd, end: this.#base + link.end });
        this.#skips.sort((a, b) => a.start - b.start);
        this.#at++;
        return true;
      }
      case '<': {
        const found = readAngle(text, at, this.#isFinal);
        if (found === 'literal') return this.#takeCharacter();
        if (found?.isSpace === true) this.#out.say(' ', this.#base + at, this.#base + found.end);
        return this.#takeFound(found);
      }
      case '#':
        return this.#readNumberSign();
      case 'h':
      case 'H':
      case 'w':
      case 'W': {
        const before = characterBefore(text, at);
        const found = readAddress(text, at, this.#isFinal, before, this.#addresses);
        return found === 'literal' ? this.#takeCharacter() : this.#takeFound(found);
      }
      default:
        return this.#takePlain();
    }
  }

  /** A backslash before punctuation makes that plain; before the end of a line, it breaks it. */
  #readEscape(): boolean {
    const next = this.#text.charAt(this.#at + 1);
    if (next === '' && !this.#isFinal) return false;
    if (newline.test(next)) {
      this.#at++;
      return true;
    }
    if (!escapable.test(next)) return this.#takeCharacter();
    this.#keep(this.#at + 1, this.#at + 2);
    this.#at += 2;
    return true;
  }

  /** An exclamation mark before a bracket makes an image, of which the text is read. */
  #readExclamation(): boolean {
    const before = characterBefore(this.#text, this.#at);
    if (!/^(?:\s|\[|)$/.test(before)) return this.#takeCharacter();
    const next = this.#text.charAt(this.#at + 1);
    if (next === '' && !this.#isFinal) return false;
    const link = next === '[' ? readBracket(this.#text, this.#at + 1, this.#isFinal) : 'literal';
    if (link === undefined) return false;
    if (link === 'literal') return this.#takeCharacter();
    this.#at++;
    return true;
  }

  /** Number signs at the end of a heading close it. */
  #readNumberSign(): boolean {
    const end = this.#lineEnd();
    const isHeading = this.#line === 'block' && this.#endsBlock;
    if (!isHeading || !/^#+[ \t]*$/.test(this.#text.slice(this.#at, end))) return this.#takeCharacter();
    if (end === this.#text.length && !this.#isFinal) return false;
    this.#at = end;
    return true;
  }

  #takePlain(): boolean {
    const pattern = this.#line === 'row' ? plainTextInRow : plainText;
    pattern.lastIndex = this.#at;
    const end = pattern.test(this.#text) ? pattern.lastIndex : this.#at + 1;
    const limit = (this.#skips[0]?.start ?? Infinity) - this.#base;
    this.#keep(this.#at, Math.min(end, limit));
    this.#at = Math.min(end, limit);
    return true;
  }

  #takeCharacter(): boolean {
    this.#keep(this.#at, this.#at + 1);
    this.#at++;
    return true;
  }

  #takeFound(
    found: { readonly end: number; readonly keepFrom: number; readonly keepTo: number } | undefined,
  ): boolean {
    if (found === undefined) return false;
    this.#keep(found.keepFrom, found.keepTo);
    this.#at = found.end;
    return true;
  }

  #keep(from: number, to: number): void {
    const kept = this.#text.slice(from, to);
    if (kept === '') return;
    this.#isBroken = false;
    if (this.#line === 'row') {
      if (this.#isNextCell)
        this.#out.say(/\p{P}$/u.test(this.#out.lastCharacter) ? ' ' : ', ', this.#base + from);
      [this.#hasCell, this.#isNextCell] = [true, false];
    }
    this.#out.keep(kept, this.#base + from);
  }

  /** The end of the line that `#at` is in, as far as it is known. */
  #lineEnd(): number {
    const found = this.#text.slice(this.#at).search(newline);
    return found < 0 ? this.#text.length : this.#at + found;
  }
}
