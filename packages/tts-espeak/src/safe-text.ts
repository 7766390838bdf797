import { findMarkup } from '@eloquence/text';
import { type SignWords, type SourcedCharacter, readSigns } from './signs.js';

/** What an emoji sequence is made of; the digits of key caps included, since they are part of the picture. */
const emoji =
  /[0-9#*]\uFE0F?\u20E3|(?:\p{Regional_Indicator}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})[\uFE0F\u{E0020}-\u{E007F}]*/uy;

/** Unassigned, private and lone-surrogate code points: espeak keeps some of them for its own commands. */
const unusable = /[\p{Cn}\p{Co}\p{Cs}]/u;
/** Invisible formatting that changes no letter; the joiners U+200C and U+200D do, and stay. */
const invisible = /[\p{Cf}\uFE0E\uFE0F]/u;
const control = /\p{Cc}/u;
const speakable = /[\p{L}\p{N}\p{S}%&@#*]/u;

/**
 * Forms of letters, digits and signs that are another character in disguise: full-width, mathematical, enclosed, squared,
 * ligatures. Superscripts, fractions and `№` are not: voices read them.
 */
const disguised = /[^ªº\P{L}]|[\p{Nd}\p{Nl}\p{S}\u2460-\u24FF\u2776-\u2793\u3200-\u33FF％＆＃＠＊]/u;
const keepsForm = /[™℠№…´¨¯¸\u2070-\u209F\u00B2\u00B3\u00B9]/u;

/** Espeak loses the rest of a longer word or number, and of a clause whose sounds fill its buffer. */
const maxWordCharacters = 80;
const maxWordBytes = 120;
const maxClauseBytes = 360;
/** Digits from which on a number is read digit by digit. */
const minLongNumber = 16;
const clauseMark = /[.,;:!?…\n。、，！？；：।؟،]/;
const joinsPrevious = /[\p{M}\u200C\u200D]/u;

/** A text that espeak reads as words only. */
export interface SafeText {
  readonly text: string;
  /** False if there is nothing in it that a voice could say. */
  readonly isSpeakable: boolean;
  /** UTF-16 index in the original text of what each code point of `text` stands for. */
  readonly sourceIndices: Uint32Array;
}

/**
 * Makes a text safe for espeak, whose input carries three command languages: SSML tags and entities (`<`, `&`),
 * phonemes (`[[`) and control characters, and which loses what exceeds its buffers. Tags and emoji become silent, entities
 * what they stand for, letters their plain form, and signs that espeak has no word for are spelled out.
 *
 * @param signWords what espeak does not say of itself in the voice's language
 */
export function toSafeText(original: string, signWords?: SignWords): SafeText {
  const characters = readSigns(plainCharacters(original), signWords);
  const writer = new SafeWriter();
  const digits = positionsInLongNumbers(characters);
  characters.forEach(({ character, sourceIndex }, at) => {
    if (digits.has(at)) writer.push(' ', sourceIndex);
    if (character === '\n') writer.push('\n', sourceIndex);
    else if (character === '<' || character === '>' || control.test(character)) writer.push(' ', sourceIndex);
    else if (character === '[' && writer.text.endsWith('[')) writer.push(' ', sourceIndex);
    else if (character === '&') {
      // Followed by a space it can begin no entity.
      writer.push('&', sourceIndex);
      writer.push(' ', sourceIndex);
    } else if (unusable.test(character)) writer.push(' ', sourceIndex);
    else if (character === '\u200C' || character === '\u200D' || !invisible.test(character))
      writer.push(/\s/.test(character) ? ' ' : character, sourceIndex);
  });
  return writer.finish();
}

/** Writes what espeak is given: single spaces, and no word or clause longer than it can take. */
class SafeWriter {
  text = '';
  readonly #indices: number[] = [];
  #endsInSpace = true;
  #wordCharacters = 0;
  #wordBytes = 0;
  #clauseBytes = 0;

  push(character: string, sourceIndex: number): void {
    const isSpace = character === ' ' || character === '\n';
    if (character === ' ' && this.#endsInSpace) return;
    const bytes = bytesOf(character);
    const isTooLong = this.#wordCharacters >= maxWordCharacters || this.#wordBytes + bytes > maxWordBytes;
    if (!isSpace && isTooLong && !joinsPrevious.test(character)) this.push(' ', sourceIndex);
    if (isSpace && this.#clauseBytes >= maxClauseBytes) this.#append(',', sourceIndex);
    this.#append(character, sourceIndex);
    this.#endsInSpace = character === ' ';
    this.#wordCharacters = isSpace ? 0 : this.#wordCharacters + 1;
    this.#wordBytes = isSpace ? 0 : this.#wordBytes + bytes;
  }

  finish(): SafeText {
    return {
      text: this.text,
      isSpeakable: speakable.test(this.text),
      sourceIndices: Uint32Array.from(this.#indices),
    };
  }

  #append(character: string, sourceIndex: number): void {
    this.text += character;
    this.#indices.push(sourceIndex);
    this.#clauseBytes = clauseMark.test(character) ? 0 : this.#clauseBytes + bytesOf(character);
  }
}

/** The characters of a text without its markup and emoji, each in its plain form. */
function plainCharacters(original: string): SourcedCharacter[] {
  const characters: SourcedCharacter[] = [];
  const isPlain = original.normalize('NFKC') === original;
  let from = 0;
  for (const { kind, start, end, text } of findMarkup(original)) {
    addPlain(characters, original, from, start, isPlain);
    if (kind === 'tag') characters.push({ character: ' ', sourceIndex: start });
    else for (const character of text) characters.push({ character, sourceIndex: start });
    from = end;
  }
  addPlain(characters, original, from, original.length, isPlain);
  return characters;
}

function addPlain(
  characters: SourcedCharacter[],
  original: string,
  from: number,
  to: number,
  isPlain: boolean,
): void {
  for (let at = from; at < to;) {
    emoji.lastIndex = at;
    if (emoji.test(original)) {
      characters.push({ character: ' ', sourceIndex: at });
      at = emoji.lastIndex;
      continue;
    }
    const first = String.fromCodePoint(original.codePointAt(at)!);
    const found = isPlain ? first : original.slice(at, at + graphemeLength(original, at, to));
    for (const part of isPlain ? found : plainForm(found))
      characters.push({ character: part, sourceIndex: at });
    at += found.length;
  }
}

/** Marks, jamo and half-width sound marks that make one character with what they follow. */
const extending = /[\p{M}\u1160-\u11FF\uFF9E\uFF9F]/u;

/** Length of a character with the marks that follow it; a character that joins to none is one alone. */
function graphemeLength(text: string, at: number, to: number): number {
  let end = at + String.fromCodePoint(text.codePointAt(at)!).length;
  while (end < to && extending.test(String.fromCodePoint(text.codePointAt(end)!)))
    end += String.fromCodePoint(text.codePointAt(end)!).length;
  return end - at;
}

function plainForm(grapheme: string): string {
  const composed = grapheme.normalize('NFC');
  return disguised.test(composed) && !keepsForm.test(composed) ? grapheme.normalize('NFKC') : composed;
}

/** Digits of numbers too long for espeak: they are read one by one. */
function positionsInLongNumbers(characters: readonly SourcedCharacter[]): ReadonlySet<number> {
  const positions = new Set<number>();
  let run = 0;
  characters.forEach(({ character }, at) => {
    run = /\p{Nd}/u.test(character) ? run + 1 : 0;
    if (run === minLongNumber) for (let digit = at - run + 2; digit <= at; digit++) positions.add(digit);
    else if (run > minLongNumber) positions.add(at);
  });
  return positions;
}

function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
