import { VirtualClock } from '@eloquence/base';
import type { PcmChunk } from '@eloquence/plugin-api';
import { describeTextFilter } from '@eloquence/plugin-contracts';
import { FilteredText, segmentText, speakText } from '@eloquence/text';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAloud, spoken } from '../testing/read-aloud.js';
import { createMarkdownFilter } from './markdown-filter.js';

const filter = createMarkdownFilter();

describeTextFilter({ describe, it }, { name: 'markdown', createFilter: () => createMarkdownFilter() });

async function* streamOf(...fragments: string[]): AsyncGenerator<string> {
  yield* fragments;
}

async function segmentsOf(...fragments: string[]): Promise<string[]> {
  const texts: string[] = [];
  const options = { clock: new VirtualClock(), filters: [filter] };
  for await (const { text } of segmentText(streamOf(...fragments), options)) texts.push(text);
  return texts;
}

describe('Markdown read aloud', () => {
  it.each([
    // Emphasis.
    ['This is **very** good', 'This is very good'],
    ['**important.** Next one', 'important. Next one'],
    ['_very_ good, ***really***, ~~old~~ new', 'very good, really, old new'],
    ['im*port*ant and im**port**ant', 'important and important'],
    ['snake_case_name and __init__', 'snake_case_name and init'],
    ['5 * 3 = 15, 2*3=6, a*b, 2**3', '5 * 3 = 15, 2*3=6, a*b, 2**3'],
    ['price* (*with tax)', 'price* (with tax)'],
    ['这是**重要。**下一个', '这是重要。下一个'],
    [String.raw`1 \* 2, \[no link\], C:\new`, '1 * 2, [no link], C:\\new'],
    ['**bold** and *never closed', 'bold and never closed'],
    ['价格是**100元**，*2024年*起。x**2 + y**2，2*x', '价格是100元，2024年起。x**2 + y**2，2*x'],
    ['\u200F**שלום.** מה', '\u200Fשלום. מה'],
    ['a\u00A0**b**\u200B**c** d', 'a\u00A0b\u200Bc d'],
    ['**Q:** Why?\n**A:** So. ***All*** of **it**', 'Q: Why?\nA: So. All of it'],
    ['The formula \\(a_1 + b_2\\), x_1*y_2*z_3', 'The formula (a_1 + b_2), x_1*y_2*z_3'],
    // Code within a line.
    ['Run `npm install` now', 'Run npm install now'],
    ['Use ``a ` b`` or `*x*`', 'Use a ` b or *x*'],
    ['a ` alone', 'a  alone'],
    // Links.
    ['See [the docs](https://example.com/a_b?c=d), please', 'See the docs, please'],
    ['[**bold** link](x.html "Title (1)") here', 'bold link here'],
    ['[text][ref] and [sic] [1, 2) end', 'text and [sic] [1, 2) end'],
    ['![a cat](cat.png) and [![img](i.png)](u.html)!', 'a cat and img!'],
    ['A note[^1] here.\n\n[^1]: The note.', 'A note here. ¶ The note.'],
    ['[ref]: https://example.com "Title"\nText', 'Text'],
    ['[Alice]: hello', '[Alice]: hello'],
    ['See https://www.example.com/a/b?q=1#x. Then', 'See example.com. Then'],
    ['(https://example.com/a_(b)) and <https://example.com/x>', '(example.com) and example.com'],
    ['Write to <me@example.com>, www.example.org!', 'Write to me@example.com, example.org!'],
    ['how https is spelt, the www and http', 'how https is spelt, the www and http'],
    ['[https://example.com/x](https://example.com/x)', 'example.com'],
    ['**[bold](https://x.y/z)** and [**x**](y), **https://a.bc/d**.', 'bold and x, a.bc.'],
    ['(see [here](http://x.y)) [a [nested] b](c)', '(see here) a [nested] b'],
    // Headings, rules, quotes.
    ['\uFEFF# Title\ntext', 'Title ¶ text'],
    ['> - quoted\n>\n> ## Head\nafter', 'quoted ¶ Head ¶ after'],
    ['# Title\nText', 'Title ¶ Text'],
    ['## Title ##\n\n### C# is it\ntext', 'Title ¶ C# is it ¶ text'],
    ['Title\n=====\ntext\n\nOther\n---\ntext', 'Title ¶ text ¶ Other ¶ text'],
    ['one\n\n---\n\ntwo\n* * *\nthree', 'one ¶ two ¶ three'],
    ['#hashtag and #1', '#hashtag and #1'],
    ['> quoted\n> lines\nnot quoted', 'quoted\nlines ¶ not quoted'],
    ['Hard  \nbreak\\\nhere', 'Hard  \nbreak\nhere'],
    // Lists.
    ['List:\n- one\n- two\n  goes on\n* three\n+ four', 'List: ¶ one ¶ two\ngoes on ¶ three ¶ four'],
    ['1. First\n2. Second', '1. First\n2. Second'],
    ['- [ ] to do\n- [x] done\n- -5 degrees', 'to do ¶ done ¶ -5 degrees'],
    ['- one\r\n- two\r\n', 'one ¶ two'],
    // Tables.
    ['| Name | Age |\n|:-----|----:|\n| Ann | 5 |\n| Bo | |', 'Name, Age ¶ Ann, 5 ¶ Bo'],
    ['Name | Age\n--- | ---\nAnn | *5*\n\nafter', 'Name | Age ¶ Ann, 5 ¶ after'],
    ['| a \\| b | [x](y) | `c` |', 'a | b, x, c'],
    ['| What? | is it. |', 'What? is it.'],
    ['| `a|b` | O’Neil, Jr. | 5 |', 'a|b, O’Neil, Jr. 5'],
    ['| 項目 | 値 |\n|---|---|\n| 温度 | 20℃ |', '項目, 値 ¶ 温度, 20℃'],
    // Code.
    ['Here:\n\n```python\nprint(1)\n\n# no\n```\n\nDone', 'Here: ¶ code ¶ Done'],
    ['```\nnever closed\n``` not the end\n', 'code'],
    ['~~~\na\n```\n~~~\nb', 'code ¶ b'],
    ['- item\n  ```js\n  x\n  ```\n- next', 'item ¶ code ¶ next'],
    ['```one line```', 'one line'],
    // Tags.
    ['a <b>bold</b> word<br>next <!-- x. y. --> end', 'a bold word next  end'],
    ['a<b then c, 5 < 7, Dear <name>, x <- y', 'a<b then c, 5 < 7, Dear <name>, x <- y'],
    ['<a href="x. y">link</a>', 'link'],
  ])('reads %j', (text, expected) => {
    expect(readAloud(filter, text)).toBe(expected);
  });

  it('announces, skips or reads code, and reads addresses as it is asked', () => {
    const text = 'So:\n```js\nlet a = 1\n```\nSee https://www.example.com/a.';
    expect(readAloud(filter, text, 'es-MX')).toBe('So: ¶ código ¶ See example.com.');
    const reading = createMarkdownFilter({ code: 'read', addresses: 'read' });
    expect(readAloud(reading, text)).toBe('So: ¶ let a = 1 ¶ See https://www.example.com/a.');
    const skipping = createMarkdownFilter({ code: 'skip', addresses: 'skip' });
    expect(readAloud(skipping, text)).toBe('So: ¶ See .');
    expect(readAloud(createMarkdownFilter({ codeAnnouncement: 'Listing.' }), text)).toContain('Listing.');
  });

  it('ends sentences where blocks and emphasised sentences end', async () => {
    expect(await segmentsOf('This is **important.** And ', 'so on.')).toEqual([
      'This is important.',
      'And so on.',
    ]);
    expect(
      await segmentsOf('# plan\nfirst we go\n\n- apples\n- pears\n\n| a | b |\n|--|--|\n| c | d |'),
    ).toEqual(['plan', 'first we go', 'apples', 'pears', 'a, b', 'c, d']);
  });

  it('holds back no more than what it cannot judge', () => {
    const filtering = filter.begin({})!;
    const out = (fragment: string): string => [...filtering.push(fragment)].map(({ text }) => text).join('');
    expect(out('Hello')).toBe('Hello');
    expect(out(' there. **')).toBe(' there. ');
    expect(out('B')).toBe('B');
    expect(out('old.')).toBe('old.');
    expect(out('**')).toBe('');
    expect(out(' See [the')).toBe(' See ');
    expect(out(' docs](https://')).toBe('');
    expect(out('x.y) now. If a<b then we')).toBe('the docs now. If a<b then we');
  });

  it('lets a sentence go when a paragraph has ended and the source pauses', async () => {
    const clock = new VirtualClock();
    const said: string[] = [];
    async function* source(): AsyncGenerator<string> {
      yield 'Let me see\n\n';
      await new Promise<void>((resolve) => clock.setTimer(resolve, 6000));
      yield 'Done.';
    }
    const reading = (async () => {
      for await (const { text } of segmentText(source(), { clock, filters: [filter] })) said.push(text);
    })();
    await clock.advanceAsync(1000);
    expect(said).toEqual(['Let me see']);
    await clock.advanceAsync(6000);
    await reading;
    expect(said).toEqual(['Let me see', 'Done.']);
  });

  it('says what was whole when its source fails', async () => {
    const said: string[] = [];
    async function* source(): AsyncGenerator<string> {
      yield 'It is **forty two.** And [then';
      throw new Error('model gone');
    }
    const reading = (async () => {
      for await (const { text } of segmentText(source(), { clock: new VirtualClock(), filters: [filter] }))
        said.push(text);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'TEXT_UNREADABLE' });
    expect(said).toEqual(['It is forty two.']);
  });

  it('keeps every word at its place in the text as it came', async () => {
    const text =
      '# The *plan*\n\nSee [the docs](https://example.com/a), **all** of `them`.\n- one\n- t**w**o\n';
    const words: [string, string][] = [];
    for await (const segment of segmentText(streamOf(...text), {
      clock: new VirtualClock(),
      filters: [filter],
    }))
      for (const word of segment.words ?? []) words.push([word.text, text.slice(word.start, word.end)]);
    expect(words.map(([word]) => word)).toEqual([
      'The',
      'plan',
      'See',
      'the',
      'docs',
      'all',
      'of',
      'them',
      'one',
      'two',
    ]);
    for (const [word, original] of words.slice(0, -1)) expect(original).toBe(word);
    expect(words.at(-1)).toEqual(['two', 't**w**o']);
  });

  it('tells the words of the text as the voice speaks them', async () => {
    const spokenTexts: string[] = [];
    async function* synthesize({ text }: { text: string }): AsyncGenerator<PcmChunk> {
      spokenTexts.push(text);
      const words = text
        .split(' ')
        .map((word, at) => ({ text: word, startMs: 100 * at, endMs: 100 * at + 90 }));
      yield { samples: new Int16Array(1000).fill(5000), sampleRateHz: 1000, words };
    }
    const told: string[] = [];
    const options = { clock: new VirtualClock(), filters: [filter] };
    for await (const { words = [] } of speakText(
      streamOf('This is **ve', 'ry** [good](http://x.y).'),
      synthesize,
      options,
    ))
      told.push(...words.map((word) => word.text));
    expect(spokenTexts).toEqual(['This is very good.']);
    expect(told).toEqual(['This', 'is', 'very', 'good']);
  });
});

describe('Markdown cut anywhere', () => {
  const part = fc.constantFrom(
    ...['word', ' ', ' ', '\n', '\n\n', '\r\n', '**', '*', '_', '__', '~~', '`', '```', '```\n', '\n```js\n'],
    ...[
      '[',
      ']',
      '(',
      ')',
      '](http://x.y/z)',
      '[^1]',
      '![',
      '#',
      '\n# ',
      '\n- ',
      '\n* ',
      '\n1. ',
      '\n> ',
      '|',
      '\n| ',
    ],
    ...[
      '\n---\n',
      '|--|\n',
      '\\',
      '<',
      '>',
      '<b>',
      '<!--',
      '-->',
      'https://a.b/c',
      'www.x.de',
      'h',
      'w',
      '😀',
      '字',
      '。',
    ],
    ...['.', '!', ':', '"', 'é', 'e\u0301', '[x]: http://a.b\n', '=', '\n==\n', '- [x] ', '5', '\u2028'],
  );
  const text = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''));

  it('is read the same, and every piece of it lies in order within the text', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 20 }), (whole, sizes) => {
        const fragments: string[] = [];
        for (let at = 0, turn = 0; at < whole.length; turn++) {
          const size = 1 + sizes[turn % sizes.length]!;
          fragments.push(whole.slice(at, at + size));
          at += size;
        }
        expect(spoken(filter, fragments)).toBe(spoken(filter, [whole]));
        const filtering = filter.begin({})!;
        let index = 0;
        let given = 0;
        for (const fragment of [...fragments, undefined]) {
          given += fragment?.length ?? 0;
          const pieces = fragment === undefined ? filtering.finish() : filtering.push(fragment);
          for (const { start, end } of pieces) {
            expect(start).toBeGreaterThanOrEqual(index);
            expect(end).toBeGreaterThanOrEqual(start);
            expect(end).toBeLessThanOrEqual(given);
            index = end;
          }
        }
      }),
      { numRuns: 20_000 },
    );
  }, 120_000);

  it('loses no letter outside of addresses, code and tags', () => {
    const plain = fc
      .array(
        fc.constantFrom(
          'word',
          'zwei',
          ' ',
          ' ',
          '\n',
          '\n\n',
          '**',
          '_',
          '*',
          '`',
          '[',
          ']',
          '#',
          '\n# ',
          '\n- ',
          '|',
          '5',
          '.',
          '字',
        ),
        {
          maxLength: 40,
        },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(plain, (whole) => {
        fc.pre(!/```|\]\[/.test(whole));
        const letters = (value: string): string => value.replace(/[^\p{L}]/gu, '');
        const filtered = new FilteredText([filter.begin({})!]);
        expect(letters(filtered.push(whole) + filtered.finish())).toBe(letters(whole));
      }),
      { numRuns: 10_000 },
    );
  }, 120_000);
});
