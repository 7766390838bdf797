import assert from 'node:assert/strict';
import type { TextFilter, TextFiltering, TextPiece } from '@eloquence/plugin-api';
import { callTimeP95Ms } from '../support/call-limits.js';
import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';

/** What is to be checked against the contract of text filters. */
export interface TextFilterSubject {
  readonly name: string;
  createFilter(): TextFilter;
  /** Texts in which the filter finds something to do, beside those of the kit. */
  readonly texts?: readonly string[];
}

const callLimitMs = 1;
/** Text that may be held back while more of it comes, UTF-16 code units. */
const heldLimit = 10_000;

const texts: readonly string[] = [
  '',
  'One word.',
  'The train leaves at noon. Bring your ticket!\n\nDo not be late.',
  '# A *title*\n- one\n- [two](https://example.com/x)\n\n| a | b |\n|---|---|\n| c | `d` |\n\n```js\nlet e;\n```\n',
  'Gr\u{1F600}\u00fc\u00dfe, e\u0301te\u0301, \u4f60\u597d\u3002 5 < 7 & 3 % \u20ac ~5\u00b0 http://a.b NATO -- (x) [y] "z"\r\nend',
  '\ud83d lone halves \ude00',
];

/** How a text can be cut. */
const cuts: readonly ((text: string) => string[])[] = [
  (text) => text.split(''),
  (text) => text.match(/[^]{1,3}/g) ?? [],
  (text) => text.match(/\s*\S+|\s+$/g) ?? [],
];

function filterText(filtering: TextFiltering, fragments: readonly string[]): TextPiece[] {
  return [...fragments.flatMap((fragment) => [...filtering.push(fragment)]), ...filtering.finish()];
}

function begin(subject: TextFilterSubject, filter = subject.createFilter()): TextFiltering | undefined {
  return filter.begin({ language: 'en' });
}

/** Calls `check` for each text with a filtering of its own; not at all if the filter has nothing to do. */
function forEachText(
  subject: TextFilterSubject,
  check: (text: string, filtering: TextFiltering) => void,
): void {
  for (const text of [...texts, ...(subject.texts ?? [])]) {
    const filtering = begin(subject);
    if (filtering !== undefined) check(text, filtering);
  }
}

export const textFilterRules: readonly ContractRule<TextFilterSubject>[] = [
  {
    title: 'says at which stage it stands, and to which texts it applies',
    check(subject) {
      const { stage, appliesTo } = subject.createFilter();
      assert.ok(['markup', 'words'].includes(stage), `stage is '${stage}'`);
      assert.ok(['all', 'streams', 'request'].includes(appliesTo), `appliesTo is '${appliesTo}'`);
    },
  },
  {
    title: 'gives pieces that follow one another within the text given so far',
    check: (subject) =>
      forEachText(subject, (text, filtering) => {
        let given = 0;
        let index = 0;
        for (const fragment of [...text.split(''), undefined]) {
          given += fragment?.length ?? 0;
          for (const piece of fragment === undefined ? filtering.finish() : filtering.push(fragment)) {
            const { start, end } = piece;
            assert.equal(typeof piece.text, 'string');
            assert.ok(Number.isInteger(start) && Number.isInteger(end), `from ${start} to ${end}`);
            assert.ok(start >= index && end >= start && end <= given, `${start}–${end} of ${given}`);
            index = end;
          }
        }
      }),
  },
  {
    title: 'says the same however the text is cut',
    check: (subject) =>
      forEachText(subject, (text, filtering) => {
        const expected = said(filterText(filtering, [text]));
        for (const cut of cuts) assert.equal(said(filterText(begin(subject)!, cut(text))), expected);
      }),
  },
  {
    title: 'filters several texts at once, each by itself',
    check(subject) {
      const filter = subject.createFilter();
      const [first, second] = [begin(subject, filter), begin(subject, filter)];
      if (first === undefined || second === undefined) return;
      const text = texts[3]!;
      const expected = said(filterText(begin(subject)!, [text]));
      const pieces = text.split('').flatMap((unit) => {
        second.push('\n```other [');
        return [...first.push(unit)];
      });
      assert.equal(said([...pieces, ...first.finish()]), expected);
    },
  },
  {
    title: `holds back no more than ${heldLimit} characters`,
    check(subject) {
      for (const unit of ['word ', 'a', '[', '`', '<a ', '| a ', '* ', '# a\n', '字', 'https://a']) {
        const filtering = begin(subject);
        if (filtering === undefined) return;
        const text = `x ${unit.repeat(Math.ceil((2 * heldLimit) / unit.length))}\n\n`;
        const pieces = filtering.push(text + 'Words go on. '.repeat(heldLimit / 10));
        const covered = pieces.at(-1)?.end ?? 0;
        assert.ok(covered > text.length, `${unit.repeat(3)}… is held back`);
      }
    },
  },
  {
    title: `takes a fragment within ${callLimitMs} ms`,
    check(subject) {
      const filtering = begin(subject);
      if (filtering === undefined) return;
      const fragments = texts.join('\n').match(/[^]{1,4}/g)!;
      const p95Ms = callTimeP95Ms(400, (index) => void filtering.push(fragments[index % fragments.length]!));
      assert.ok(p95Ms <= callLimitMs, `${p95Ms.toFixed(2)} ms`);
    },
  },
];

function said(pieces: readonly TextPiece[]): string {
  return pieces.map(({ text }) => text).join('');
}

/** Declares the tests that every contribution to `textFilters` must pass. */
export function describeTextFilter(framework: TestFramework, subject: TextFilterSubject): void {
  describeRules(framework, `text filter contract: ${subject.name}`, textFilterRules, subject);
}
