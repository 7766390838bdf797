import type {
  SegmentationOptions,
  SentenceSegmenter,
  TextSegment,
  TextSegmentation,
} from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { describeSentenceSegmenter, sentenceSegmenterRules } from './describe-sentence-segmenter.js';

/** A right segmentation: a part ends behind each full stop, and at a pause behind each comma. */
class Segmentation implements TextSegmentation {
  rest = '';
  at = 0;
  count = 0;

  get canFlush(): boolean {
    return this.rest.includes(',') && this.rest.slice(0, this.rest.lastIndexOf(',')).trim() !== '';
  }

  push(fragment: string): readonly TextSegment[] {
    this.rest += fragment;
    const parts = fragment.includes('.') ? this.rest.split('.') : [];
    return parts.slice(0, -1).flatMap((part) => this.take(part.length + 1));
  }

  flush(): readonly TextSegment[] {
    return this.canFlush ? this.take(this.rest.lastIndexOf(',') + 1) : [];
  }

  finish(): readonly TextSegment[] {
    return this.take(this.rest.length);
  }

  take(length: number): readonly TextSegment[] {
    const part = this.rest.slice(0, length);
    const startIndex = this.at + part.length - part.trimStart().length;
    this.rest = this.rest.slice(length);
    this.at += length;
    return part.trim() === '' ? [] : [this.segmentOf(part.trim(), startIndex)];
  }

  segmentOf(text: string, startIndex: number): TextSegment {
    const index = this.count++;
    return {
      index,
      text,
      startIndex,
      endsSentence: text.endsWith('.'),
      isSpeakable: /[\p{L}\p{N}]/u.test(text),
    };
  }
}

let calls = 0;

const broken: Readonly<Record<string, (options?: SegmentationOptions) => TextSegmentation>> = {
  'gives the whole text': () =>
    new (class extends Segmentation {
      override segmentOf(text: string, startIndex: number): TextSegment {
        return super.segmentOf(text.replace('natürlich', 'natuerlich'), startIndex);
      }
    })(),
  'comes in fragments': () =>
    new (class extends Segmentation {
      override push(fragment: string): readonly TextSegment[] {
        return super.push(fragment.trim() === '' ? '' : fragment);
      }
    })(),
  'where the text pauses': () =>
    new (class extends Segmentation {
      override get canFlush(): boolean {
        return this.rest !== '';
      }
      override flush(): readonly TextSegment[] {
        return super.canFlush ? super.flush() : [];
      }
    })(),
  'counts its parts': () =>
    new (class extends Segmentation {
      override segmentOf(text: string, startIndex: number): TextSegment {
        return { ...super.segmentOf(text, startIndex), index: this.count };
      }
    })(),
  'can be spoken': () =>
    new (class extends Segmentation {
      override segmentOf(text: string, startIndex: number): TextSegment {
        return { ...super.segmentOf(text, startIndex), isSpeakable: /[a-z]/.test(text) };
      }
    })(),
  'gives nothing of': () =>
    new (class extends Segmentation {
      override finish(): readonly TextSegment[] {
        return this.at === 0 && this.rest.trim() === '' ? [this.segmentOf('.', 0)] : super.finish();
      }
    })(),
  'every time': () =>
    new (class extends Segmentation {
      readonly #isFirst = calls++ % 2 === 0;
      override push(fragment: string): readonly TextSegment[] {
        return this.#isFirst ? super.push(fragment) : ((this.rest += fragment), []);
      }
    })(),
  'side by side': () => shared.begin(),
  'in any language': (options) => {
    if (options?.language !== undefined) new Intl.Locale(options.language);
    return new Segmentation();
  },
  'answers within': () =>
    new (class extends Segmentation {
      #calls = 0;
      override push(fragment: string): readonly TextSegment[] {
        const untilMs = performance.now() + (++this.#calls <= 300 ? 6 : 0);
        while (performance.now() < untilMs);
        return super.push(fragment);
      }
    })(),
};

/** A segmenter whose texts share what is left of them. */
const shared: SentenceSegmenter = {
  begin: () => {
    open ??= new Segmentation();
    const segmentation = open;
    return {
      canFlush: false,
      push: (fragment) => segmentation.push(fragment),
      flush: () => [],
      finish: () => ((open = undefined), segmentation.finish()),
    };
  },
};
let open: Segmentation | undefined;

const subjectOf = (begin: SentenceSegmenter['begin']) => ({
  name: 'under test',
  createSegmenter: () => ({ begin }),
});

describe('describeSentenceSegmenter', () => {
  it('finds nothing wrong with a right segmenter', async () => {
    const subject = subjectOf(() => new Segmentation());
    expect(await failuresOf((framework) => describeSentenceSegmenter(framework, subject))).toEqual([]);
  });

  it('has a broken segmenter for each rule', () => {
    for (const { title } of sentenceSegmenterRules)
      expect(Object.keys(broken).filter((words) => title.includes(words))).toHaveLength(1);
    expect(Object.keys(broken)).toHaveLength(sentenceSegmenterRules.length);
  });

  it.each(Object.keys(broken))('rejects a segmenter that breaks "%s"', async (words) => {
    const rule = sentenceSegmenterRules.find(({ title }) => title.includes(words))!;
    await expect(Promise.resolve().then(() => rule.check(subjectOf(broken[words]!)))).rejects.toThrow();
  });
});
