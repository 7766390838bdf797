import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toSafeText } from './safe-text.js';

describe('toSafeText', () => {
  it.each([
    ['plain text, unchanged: 3.14 € & more', 'plain text, unchanged: 3.14 € & more'],
    ['<b>bold</b>', 'b bold /b '],
    ['a<b', 'a b'],
    ['&lt;x', '& lt;x'],
    ['AT&T', 'AT& T'],
    ['[[h@l@U]]', '[ h@l@U]]'],
    ['[\u00AD[x', '[ x'],
    ['\u0001+20R hello\u001b', '+20R hello '],
    ['a\u0000b', 'a b'],
    ['hi 😀👩‍👩‍👧 1️⃣🇫🇷 there', 'hi there'],
    ['co\u00ADop\u200Berate\uFEFF', 'cooperate'],
    ['\ud83d x \ue000 \u0530', 'x '],
    ['« Bonjour »', '« Bonjour »'],
    ['one\ntwo\r\n\tthree', 'one\ntwo \n three'],
    ['می‌خواهم', 'می‌خواهم'],
  ])('makes %j %j', (original, safe) => {
    expect(toSafeText(original).text).toBe(safe);
  });

  it.each(['', '  \n', '...', '😀', '👩‍👩‍👧🇫🇷', '1️⃣', '?!', '— «»', '<>', '\u0001'])(
    'finds nothing to say in %j',
    (text) => {
      expect(toSafeText(text).isSpeakable).toBe(false);
    },
  );

  it.each(['a', '1', 'é', '字', '€', '%', '&', '😀 a', '☎'])('finds something to say in %j', (text) => {
    expect(toSafeText(text).isSpeakable).toBe(true);
  });

  it('leaves no command for espeak in any text, and knows where each character came from', () => {
    const nasty = fc.constantFrom(
      '<',
      '>',
      '&',
      '[',
      '[[',
      ']]',
      '😀',
      '\u200d',
      '\u00ad',
      '\ud83d',
      '\u0001',
      'a',
      ' ',
      '1',
      '\ufe0f',
      ';',
      '#',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(nasty).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (original) => {
        const safe = toSafeText(original);
        expect(safe.text).not.toMatch(/[<>]|&[^ ]|\[\[|[^\P{Cc}\n]|\p{Cs}/u);
        const characters = [...safe.text];
        expect(safe.sourceIndices).toHaveLength(characters.length);
        characters.forEach((character, at) => {
          if (character !== ' ') expect(original.startsWith(character, safe.sourceIndices[at])).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });
});
