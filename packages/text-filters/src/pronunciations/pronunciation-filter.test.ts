import { VirtualClock } from '@eloquence/base';
import { describeTextFilter } from '@eloquence/plugin-contracts';
import { segmentText } from '@eloquence/text';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMarkdownFilter } from '../markdown/markdown-filter.js';
import { readAloud, spoken } from '../testing/read-aloud.js';
import { createPronunciationFilter } from './pronunciation-filter.js';

const pronunciations = {
  '*': { Nguyen: 'win', 'New York': 'the big apple', 東京: 'とうきょう' },
  en: {
    SQL: 'sequel',
    nginx: 'engine x',
    SQLite: 'sequel light',
    'C++': 'see plus plus',
    'Wi-Fi': 'why fye',
    'a/b [test]': 'split test',
  },
  'en-GB': { SQL: 'ess queue ell' },
  de: { Café: 'Kaffeehaus' },
};
const filter = createPronunciationFilter(pronunciations);

describeTextFilter(
  { describe, it },
  { name: 'pronunciations', createFilter: () => createPronunciationFilter({ '*': { word: 'other' } }) },
);

describe('pronunciations', () => {
  it.each([
    ['en', 'Mr. Nguyen runs SQL on SQLite, not NoSQL.', 'Mr. win runs sequel on sequel light, not NoSQL.'],
    ['en-GB', 'SQL', 'ess queue ell'],
    ['en', 'Wi-Fi or an a/b [test] in Wi-Fi', 'why fye or an split test in why fye'],
    ['en', 'Nginx, NGINX’s and sql in C++ or C', 'engine x, engine x’s and sql in see plus plus or C'],
    ['de-AT', 'Das Cafe\u0301 und Nguyen, SQL', 'Das Kaffeehaus und win, SQL'],
    ['fr', 'New York, NEW YORK, New Yorker', 'the big apple, NEW YORK, New Yorker'],
    ['ja', '私は東京都に', '私はとうきょう都に'],
  ])('say in %s what stands for %j', (language, text, expected) => {
    expect(readAloud(filter, text, language)).toBe(expected);
  });

  it('have nothing to do where a language has none', () => {
    expect(createPronunciationFilter({ de: { A: 'b' } }).begin({ language: 'en' })).toBeUndefined();
    expect(createPronunciationFilter().begin({})).toBeUndefined();
  });

  it('hold back nothing but what may become one of the words', () => {
    const filtering = filter.begin({ language: 'en' })!;
    const out = (fragment: string): string => [...filtering.push(fragment)].map(({ text }) => text).join('');
    expect(out('I use S')).toBe('I use ');
    expect(out('QL')).toBe('');
    expect(out('.')).toBe('sequel.');
    expect(out(' In New')).toBe(' In ');
    expect(out('s')).toBe('News');
  });

  it('are shown as they are written, behind Markdown as well', async () => {
    const text = 'Ask **Nguyen** about [nginx’s](http://x.y) SQL in **New York**. So!';
    const shown: [string, string][] = [];
    const texts: string[] = [];
    const filters = [createMarkdownFilter(), filter];
    for await (const segment of segmentText(text, { clock: new VirtualClock(), filters, language: 'en' })) {
      texts.push(segment.text);
      for (const word of segment.words ?? []) shown.push([word.text, word.spoken]);
    }
    expect(texts).toEqual(['Ask win about engine x’s sequel in the big apple.', 'So!']);
    expect(shown).toEqual([
      ['Ask', 'Ask'],
      ['Nguyen', 'win'],
      ['about', 'about'],
      ['nginx’s', 'engine x’s'],
      ['SQL', 'sequel'],
      ['in', 'in'],
      ['New', 'the big apple'],
      ['York', ''],
      ['So', 'So'],
    ]);
  });

  it('are found however the text is cut', () => {
    const part = fc.constantFrom(
      'SQL',
      'S',
      'QL',
      'ite',
      ' ',
      'nginx',
      'N',
      'New',
      'York',
      'guyen',
      '東',
      '京',
      'C',
      '+',
      'é',
      'e\u0301',
      '.',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        expect(spoken(filter, parts, 'en')).toBe(spoken(filter, [parts.join('')], 'en'));
      }),
      { numRuns: 10_000 },
    );
  }, 60_000);
});
