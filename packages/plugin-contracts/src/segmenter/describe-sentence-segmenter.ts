import assert from 'node:assert/strict';
import type { SegmentationOptions, SentenceSegmenter, TextSegment } from '@eloquence/plugin-api';
import { callTimeP95Ms } from '../support/call-limits.js';
import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';

/** What is to be checked against the contract of sentence segmenters. */
export interface SentenceSegmenterSubject {
  readonly name: string;
  createSegmenter(): SentenceSegmenter;
  /** Texts that it must cope with, beside those of the kit. */
  readonly texts?: readonly string[];
}

const callLimitMs = 5;
const longTextChars = 100_000;
const fragmentChars = 20;

const sampleTexts = [
  'One is here. Two is there! Is three anywhere?',
  'A line\nand another, with a clause: "Yes," she said.\n\nA paragraph (3.14 of it, e.g. this).',
  '  White space\t before,  between \r\n and after.  ',
  'Good 👍🏽 morning 👨‍👩‍👧. Ça va ? Ja, natürlich… “No!” — 12:30 €5.',
  '今日は晴れです。明日は雨？そうですか！',
  `${'unbroken'.repeat(80)} and so on`,
  'no end at all',
];

const textsOf = (subject: SentenceSegmenterSubject): readonly string[] => [
  ...sampleTexts,
  ...(subject.texts ?? []),
];

function fragmentsOf(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
    text.slice(at * size, (at + 1) * size),
  );
}

function cut(
  segmenter: SentenceSegmenter,
  fragments: readonly string[],
  options?: SegmentationOptions,
): TextSegment[] {
  const segmentation = segmenter.begin(options);
  return [...fragments.flatMap((fragment) => segmentation.push(fragment)), ...segmentation.finish()];
}

/** Each segment stands in the text where it says, and nothing but white space is between them. */
function assertWhole(text: string, segments: readonly TextSegment[], how: string): void {
  let at = 0;
  for (const { text: piece, startIndex } of segments) {
    const quoted = `'${piece.slice(0, 40)}' at ${startIndex} of '${text.slice(0, 40)}', ${how}`;
    assert.ok(startIndex >= at, `goes back: ${quoted}`);
    assert.equal(text.slice(at, startIndex).trim(), '', `leaves out what is before ${quoted}`);
    assert.equal(text.slice(startIndex, startIndex + piece.length), piece, `is not in the text: ${quoted}`);
    at = startIndex + piece.length;
  }
  assert.equal(text.slice(at).trim(), '', `leaves out the end of '${text.slice(0, 40)}', ${how}`);
}

function assertSame(one: readonly TextSegment[], other: readonly TextSegment[], what: string): void {
  assert.deepEqual(
    one.map(({ text }) => text),
    other.map(({ text }) => text),
    what,
  );
}

export const sentenceSegmenterRules: readonly ContractRule<SentenceSegmenterSubject>[] = [
  {
    title: 'gives the whole text, unchanged and in order, but for white space between the parts',
    check(subject) {
      for (const text of textsOf(subject))
        assertWhole(text, cut(subject.createSegmenter(), [text]), 'all at once');
    },
  },
  {
    title: 'loses nothing of a text that comes in fragments, cut anywhere',
    check(subject) {
      for (const text of textsOf(subject))
        for (const size of [1, 2, 5, 17])
          assertWhole(
            text,
            cut(subject.createSegmenter(), fragmentsOf(text, size)),
            `in fragments of ${size} characters`,
          );
    },
  },
  {
    title: 'loses nothing where the text pauses, and flushes just when it said that it can',
    check(subject) {
      for (const text of textsOf(subject)) {
        const segmentation = subject.createSegmenter().begin();
        const segments: TextSegment[] = [];
        for (const fragment of fragmentsOf(text, 9)) {
          segments.push(...segmentation.push(fragment));
          const { canFlush } = segmentation;
          const flushed = segmentation.flush();
          assert.equal(flushed.length > 0, canFlush, `canFlush was ${canFlush} behind '${fragment}'`);
          segments.push(...flushed);
        }
        assertWhole(text, [...segments, ...segmentation.finish()], 'with pauses');
      }
    },
  },
  {
    title: 'counts its parts from 0, and gives none that is empty or has white space at an end',
    check(subject) {
      for (const text of textsOf(subject))
        for (const [at, { index, text: piece }] of cut(
          subject.createSegmenter(),
          fragmentsOf(text, 3),
        ).entries()) {
          assert.equal(index, at, 'index');
          assert.ok(piece !== '' && piece === piece.trim(), `'${piece}'`);
        }
    },
  },
  {
    title: 'says of each part whether a sentence ends there, and that letters and digits can be spoken',
    check(subject) {
      for (const text of textsOf(subject))
        for (const { text: piece, endsSentence, isSpeakable } of cut(subject.createSegmenter(), [text])) {
          assert.equal(typeof endsSentence, 'boolean', 'endsSentence');
          assert.equal(typeof isSpeakable, 'boolean', 'isSpeakable');
          if (/\p{L}/u.test(piece)) assert.ok(isSpeakable, `'${piece}' is not to be spoken`);
        }
    },
  },
  {
    title: 'gives nothing of a text that is empty or white space',
    check(subject) {
      for (const text of ['', ' ', '\n\n', '\t \r\n  '])
        for (const fragments of [[], [text], [...text]])
          assertSame(cut(subject.createSegmenter(), fragments), [], JSON.stringify(text));
    },
  },
  {
    title: 'cuts the same text in the same places, every time',
    check(subject) {
      const segmenter = subject.createSegmenter();
      for (const text of textsOf(subject)) {
        const first = cut(segmenter, fragmentsOf(text, 4));
        assertSame(cut(segmenter, fragmentsOf(text, 4)), first, 'the second time');
        assertSame(cut(subject.createSegmenter(), fragmentsOf(text, 4)), first, 'another segmenter');
      }
    },
  },
  {
    title: 'cuts two texts side by side, each as if it were alone',
    check(subject) {
      const [one, two] = [sampleTexts[0]!, sampleTexts[3]!];
      const segmenter = subject.createSegmenter();
      const [first, second] = [segmenter.begin(), segmenter.begin()];
      const [heard, other]: [TextSegment[], TextSegment[]] = [[], []];
      for (let at = 0; at < Math.max(one.length, two.length); at++) {
        heard.push(...first.push(one.slice(at, at + 1)));
        other.push(...second.push(two.slice(at, at + 1)));
      }
      heard.push(...first.finish());
      other.push(...second.finish());
      assertWhole(one, heard, 'beside another');
      assertSame(heard, cut(subject.createSegmenter(), [...fragmentsOf(one, 1)]), 'the first text');
      assertSame(other, cut(subject.createSegmenter(), [...fragmentsOf(two, 1)]), 'the second text');
    },
  },
  {
    title: 'takes a text in any language, known or not',
    check(subject) {
      for (const language of ['en', 'de-AT', 'ja', 'my', 'zh-Hant-HK', 'x-none', 'not a language', undefined])
        for (const text of textsOf(subject))
          assertWhole(text, cut(subject.createSegmenter(), [text], { language }), `in ${String(language)}`);
    },
  },
  {
    title: `answers within ${callLimitMs} ms, also in a text of ${longTextChars} characters without an end`,
    check(subject) {
      for (const fragment of ['x'.repeat(fragmentChars), 'A short sentence, 2. ']) {
        const segmentation = subject.createSegmenter().begin();
        const calls = longTextChars / fragmentChars;
        const p95Ms = callTimeP95Ms(calls, () => void segmentation.push(fragment));
        assert.ok(p95Ms <= callLimitMs, `${p95Ms.toFixed(1)} ms`);
        segmentation.finish();
      }
    },
  },
];

/** Declares the tests that every replacement of `SentenceSegmenter` must pass. */
export function describeSentenceSegmenter(framework: TestFramework, subject: SentenceSegmenterSubject): void {
  describeRules(framework, `sentence segmenter contract: ${subject.name}`, sentenceSegmenterRules, subject);
}
