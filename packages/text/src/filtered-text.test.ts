import type { TextFiltering, TextPiece } from '@eloquence/plugin-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FilteredText } from './filtered-text.js';
import { wordsOf } from './words.js';

/** Says something else for what a pattern finds in the whole text, when that is over. */
class Replacing implements TextFiltering {
  #text = '';

  constructor(
    readonly pattern: RegExp,
    readonly said: string,
  ) {}

  push(fragment: string): readonly TextPiece[] {
    this.#text += fragment;
    return [];
  }

  finish(): readonly TextPiece[] {
    const pieces: TextPiece[] = [];
    let at = 0;
    const keep = (to: number): unknown => pieces.push({ text: this.#text.slice(at, to), start: at, end: to });
    for (const { 0: found, index } of this.#text.matchAll(this.pattern)) {
      keep(index);
      at = index + found.length;
      pieces.push({ text: this.said, start: index, end: at });
    }
    keep(this.#text.length);
    return pieces;
  }
}

/** The words of a text behind filters: as shown, as spoken, and where they came from. */
function wordsBehind(text: string, ...filters: TextFiltering[]): [string, string, string][] {
  const filtered = new FilteredText(filters);
  const spoken = filtered.push(text) + filtered.finish();
  const segment = { index: 0, text: spoken, startIndex: 0, endsSentence: true, isSpeakable: true };
  return filtered
    .traced(segment)
    .words.map((word) => [word.text, word.spoken, text.slice(word.start, word.end)]);
}

describe('FilteredText', () => {
  it('shows what was replaced as it came, with what is written together with it', () => {
    expect(
      wordsBehind('It is ~5 km & more', new Replacing(/~/g, 'about '), new Replacing(/&/g, 'and so on')),
    ).toEqual([
      ['It', 'It', 'It'],
      ['is', 'is', 'is'],
      ['~5', 'about 5', '~5'],
      ['km', 'km', 'km'],
      ['&', 'and so on', '&'],
      ['more', 'more', 'more'],
    ]);
  });

  it('lets the first of several words speak for all of them', () => {
    expect(wordsBehind('in New York’s centre', new Replacing(/New York/g, 'the big apple'))).toEqual([
      ['in', 'in', 'in'],
      ['New', 'the big apple', 'New'],
      ['York’s', '’s', 'York’s'],
      ['centre', 'centre', 'centre'],
    ]);
  });

  it('traces through several filters, also where one takes away what the next one joins', () => {
    expect(
      wordsBehind(
        'a **N**YC b',
        new Replacing(/\*\*/g, ''),
        new Replacing(/NYC/g, 'New York'),
        new Replacing(/York/g, 'Jersey'),
      ),
    ).toEqual([
      ['a', 'a', 'a'],
      ['NYC', 'New Jersey', 'N**YC'],
      ['b', 'b', 'b'],
    ]);
  });

  it('keeps every word of a text that its filters leave alone, at its place', () => {
    const part = fc.constantFrom(
      'word',
      ' ',
      '\n',
      '字',
      'é',
      'e\u0301',
      '😀',
      '&amp;',
      '<b>',
      '5',
      '.',
      ',',
      'don’t',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        const filtered = new FilteredText([new Replacing(/x/g, 'y'), new Replacing(/z/g, '')]);
        const spoken = parts.map((fragment) => filtered.push(fragment)).join('') + filtered.finish();
        const segment = { index: 0, text: spoken, startIndex: 0, endsSentence: true, isSpeakable: true };
        const expected = wordsOf(text).map((word) => ({ ...word, spoken: word.text }));
        expect(filtered.traced(segment).words).toEqual(expected);
      }),
      { numRuns: 10_000 },
    );
  }, 60_000);
});
