import type { WordTiming } from '@eloquence/plugin-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordAligner } from './word-aligner.js';
import { wordsOf } from './words.js';

function align(text: string, ...reports: [text: string, startMs: number, endMs: number][][]): string[] {
  const aligner = new WordAligner(text);
  const told = reports.flatMap((report) =>
    aligner.accept(report.map(([word, startMs, endMs]) => ({ text: word, startMs, endMs }))),
  );
  return [...told, ...aligner.finish(1000)].map(
    (word) => `${word.text} ${Math.round(word.startMs)}-${Math.round(word.endMs)}`,
  );
}

describe('wordsOf', () => {
  it.each([
    ['first - second', ['first', 'second']],
    ['_very_ good', ['very', 'good']],
    ['“Well-known” foo_bar, don’t!', ['Well-known', 'foo_bar', 'don’t']],
    ['5 < 7 & 3 % 2 = 1', ['5', '<', '7', '&', '3', '%', '2', '=', '1']],
    ['<b>bold</b> AT&amp;T', ['bold', 'AT&T']],
    ['hi 😀 1️⃣ there 🎉🎉', ['hi', 'there']],
    ['l’été à «Paris»', ['l’été', 'à', 'Paris']],
    ['12時です。', ['12', '時', 'です']],
    ['a &amp; b &nbsp; &mdash; &lt; c&eacute;', ['a', '&', 'b', '<', 'cé']],
    ['... — ?! *', []],
  ])('finds the words of %j', (text, expected) => {
    const words = wordsOf(text);
    expect(words.map((word) => word.text)).toEqual(expected);
    for (const word of words)
      if (!text.includes('&amp;')) expect(text.slice(word.start, word.end)).toBe(word.text);
  });
});

describe('WordAligner', () => {
  it('tells what the voice left out, joined, split, repeated or made up', () => {
    expect(align('one two', [['one', 0, 400]], [['two', 400, 900]])).toEqual(['one 0-400', 'two 400-900']);
    expect(align('first - second', [['first', 0, 450]], [['-', 450, 900]])).toEqual([
      'first 0-450',
      'second 450-1000',
    ]);
    expect(
      align('to Paris now', [
        ['to', 0, 600],
        ['now', 600, 900],
      ]),
    ).toEqual(['to 0-171', 'Paris 171-600', 'now 600-900']);
    expect(align('to Paris now', [['to Paris', 0, 700]], [['now', 700, 900]])).toEqual([
      'to 0-200',
      'Paris 200-700',
      'now 700-900',
    ]);
    expect(
      align("I don't", [
        ['I', 0, 100],
        ['don', 100, 300],
        ["'t", 300, 500],
      ]),
    ).toEqual(['I 0-100', "don't 100-500"]);
    expect(
      align('go go go', [
        ['go', 0, 100],
        ['go', 100, 200],
        ['go', 200, 300],
      ]),
    ).toEqual(['go 0-100', 'go 100-200', 'go 200-300']);
    expect(
      align('a banana', [
        ['xyz', 0, 100],
        ['banana', 300, 900],
      ]),
    ).toEqual(['a 0-300', 'banana 300-900']);
    expect(
      align('ONE two', [
        ['one', 0, Number.NaN],
        ['two', 500, 900],
      ]),
    ).toEqual(['ONE 0-500', 'two 500-900']);
    expect(align('one two')).toEqual(['one 0-500', 'two 500-1000']);
  });

  const part = fc.constantFrom(
    ...[
      'hello',
      'well-known',
      'foo_bar',
      '_very_',
      '"quoted"',
      '«mot»',
      'l’été',
      'AT&T',
      '5',
      '<',
      '>',
      '7%',
      '€',
    ],
    ...[
      '-',
      '–',
      '…',
      '**',
      '*',
      '#',
      '😀',
      '1️⃣',
      '👩‍👩‍👧',
      'мир',
      '你好世界',
      'です',
      'สวัสดีครับ',
      'שלום',
      'مرحبا',
      'नमस्ते',
    ],
    ...[
      '<b>',
      '</b>',
      '&amp;',
      'a',
      'I',
      'e\u0301te\u0301',
      '１２',
      '𝗛𝗲',
      'x',
      "don't",
      '(a',
      'b)',
      'ﬁn',
      '\u00ad',
      '~',
    ],
  );
  const text = fc
    .array(fc.tuple(part, fc.constantFrom(' ', ' ', ' ', '', '\n', '\u00a0', ', ', '. ')), { maxLength: 25 })
    .map((parts) => parts.flat().join(''));
  /** What voices do with the words of a text. */
  const mishap = fc.constantFrom(
    'say',
    'say',
    'say',
    'omit',
    'split',
    'repeat',
    'join',
    'invent',
    'strip',
    'late',
    'nan',
  );

  it('tells every word once, in order, whatever the voice reports', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(mishap, { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (whole, mishaps, group) => {
          const expected = wordsOf(whole).map((word) => word.text);
          const reported: WordTiming[] = [];
          expected.forEach((word, at) => {
            const [startMs, endMs] = [at * 100, at * 100 + 90];
            const kind = mishaps[at] ?? 'say';
            const say = (value: string, from = startMs, to = endMs): unknown =>
              reported.push({ text: value, startMs: from, endMs: to });
            if (kind === 'split' && word.length > 1) {
              say(word.slice(0, 1), startMs, startMs + 40);
              say(word.slice(1), startMs + 40, endMs);
            } else if (kind === 'join') say(`${word} ${expected[at + 1] ?? ''}`);
            else if (kind === 'strip') say(word.replace(/[^\p{L}\p{N}]/gu, ''));
            else if (kind === 'late') say(word, startMs - 500, endMs - 500);
            else if (kind === 'nan') say(word, Number.NaN, endMs);
            else if (kind !== 'omit') say(word);
            if (kind === 'repeat') say(word);
            if (kind === 'invent') say('zzz');
          });
          const aligner = new WordAligner(whole);
          const told: WordTiming[] = [];
          for (let at = 0; at < reported.length; at += group)
            told.push(...aligner.accept(reported.slice(at, at + group)));
          told.push(...aligner.finish(expected.length * 100));
          expect(told.map((word) => word.text)).toEqual(expected);
          expect(aligner.isComplete).toBe(true);
          told.forEach((word, at) => {
            expect(word.endMs).toBeGreaterThanOrEqual(word.startMs);
            if (at > 0) expect(word.startMs).toBeGreaterThanOrEqual(told[at - 1]!.startMs);
          });
        },
      ),
      { numRuns: 10_000 },
    );
  }, 60_000);

  it('keeps the times of a voice that reports every word', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const reported = wordsOf(whole).map((word, at) => ({
          text: word.text,
          startMs: at * 100,
          endMs: at * 100 + 90,
        }));
        const aligner = new WordAligner(whole);
        expect([...aligner.accept(reported), ...aligner.finish(reported.length * 100)]).toEqual(reported);
      }),
      { numRuns: 1000 },
    );
  });
});
