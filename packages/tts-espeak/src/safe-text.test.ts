import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toSafeText } from './safe-text.js';
import { signWordsFor } from './signs.js';

describe('toSafeText', () => {
  it.each([
    ['plain text, unchanged: 3.14 € & more', 'plain text, unchanged: 3.14 € & more'],
    ['<b>bold</b>', 'bold '],
    ['a<b', 'a b'],
    ['&lt;x', 'x'],
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

  it.each([
    ['５ < ７', '５ < ７'],
    ['x'.repeat(200), 'x'.repeat(200)],
  ])('never gives out %j whole', (original, safe) => {
    expect(toSafeText(original).text).not.toBe(safe);
  });

  it.each([
    ['Fu\u0308r u\u0308ber Ko\u0308ln', 'Für über Köln'],
    ['１２時です', '12時です'],
    ['𝗛𝗲𝗹𝗹𝗼 𝓌', 'Hello w'],
    ['ﬁne ｶﾞ ①', 'fine ガ 1'],
    ['나무'.normalize('NFD'), '나무'],
    ['5 m² ½ 1º №', '5 m² ½ 1º №'],
    ['５％ ＆', '5% & '],
  ])('gives %j its plain form, %j', (original, plain) => {
    const safe = toSafeText(original);
    expect(safe.text).toBe(plain);
    const characters = [...safe.text];
    expect(safe.sourceIndices).toHaveLength(characters.length);
    for (const [at, index] of safe.sourceIndices.entries())
      if (at > 0) expect(index).toBeGreaterThanOrEqual(safe.sourceIndices[at - 1]!);
  });

  it.each([
    ['Is 5 < 7 true', 'Is 5 less than 7 true'],
    ['a<b, b > c', 'a less than b, b greater than c'],
    ['x &lt; y &amp;&amp; y &gt; 3', 'x less than y & & y greater than 3'],
    ['5 <= 7', '5 ≤ 7'],
    ['A -> B => C', 'A → B → C'],
    ['Dear <name>, hello', 'Dear name , hello'],
    ['File > Open > Save', 'File Open Save'],
    ['> quoted', 'quoted'],
    ['I <3 you', 'I 3 you'],
    ['<p class="x">One<br/>two</p><!-- no -->', 'One two '],
    ['Caf&eacute; &#8364;5 &#x41;&nbsp;&copy;', 'Café €5 A ©'],
    ['&unknown; &;', '& unknown; & ;'],
  ])('reads %j as %j in English', (original, read) => {
    expect(toSafeText(original, signWordsFor('en')).text).toBe(read);
  });

  it.each([
    ['de', '5 < 7', '5 kleiner als 7'],
    ['fr-FR', '5 ≤ 7', '5 inférieur ou égal à 7'],
    ['nb', '5 → 7', '5 pil 7'],
    ['xx', '5 < 7', '5 7'],
  ])('reads signs in %s', (language, original, read) => {
    expect(toSafeText(original, signWordsFor(language)).text).toBe(read);
  });

  it('splits what is too long for espeak, and loses nothing', () => {
    const squeeze = (text: string): string => text.replace(/[\s,]/g, '');
    for (const text of [
      '1234567890'.repeat(10),
      'さくらのはなが'.repeat(40),
      '나무아래에서'.repeat(40),
      'abc'.repeat(90),
    ]) {
      const safe = toSafeText(text);
      expect(squeeze(safe.text)).toBe(text);
      for (const word of safe.text.split(' ')) {
        expect(Buffer.byteLength(word)).toBeLessThanOrEqual(121);
        expect(word).not.toMatch(/\d{16}/);
      }
    }
    expect(toSafeText('123456789012345').text).toBe('123456789012345');
    for (const clause of toSafeText('나무 아래 에서 '.repeat(60)).text.split(','))
      expect(Buffer.byteLength(clause)).toBeLessThan(500);
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
          if (character === ' ') return;
          const index = safe.sourceIndices[at]!;
          const isKept = original.startsWith(character, index);
          // Another form of the character there, or what an entity stands for.
          const rest = original.slice(index, index + 24);
          expect(isKept || rest.normalize('NFKC').includes(character) || rest.startsWith('&')).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });
});
