import type { TextFilter, TextFiltering, TextPiece } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { describeTextFilter, textFilterRules } from './describe-text-filter.js';

/** Passes a text on as it is. */
class Passing implements TextFiltering {
  protected index = 0;

  push(fragment: string): readonly TextPiece[] {
    const start = this.index;
    this.index += fragment.length;
    return [{ text: fragment, start, end: this.index }];
  }

  finish(): readonly TextPiece[] {
    return [];
  }
}

class Misplacing extends Passing {
  override push(fragment: string): readonly TextPiece[] {
    return super.push(fragment).map((piece) => ({ ...piece, end: piece.end + 1 }));
  }
}

class Counting extends Passing {
  override push(fragment: string): readonly TextPiece[] {
    return super.push(fragment).map((piece) => ({ ...piece, text: String(fragment.length) }));
  }
}

class Hoarding extends Passing {
  #text = '';

  override push(fragment: string): readonly TextPiece[] {
    this.#text += fragment;
    return [];
  }

  override finish(): readonly TextPiece[] {
    return super.push(this.#text);
  }
}

class Slow extends Passing {
  override push(fragment: string): readonly TextPiece[] {
    const untilMs = performance.now() + (fragment.length === 4 ? 2 : 0);
    while (performance.now() < untilMs);
    return super.push(fragment);
  }
}

const right: TextFilter = { stage: 'words', appliesTo: 'all', begin: () => new Passing() };
const shared = new Passing();

const broken: Readonly<Record<string, TextFilter>> = {
  'at which stage': { ...right, stage: 'later' as never },
  'within the text given': { ...right, begin: () => new Misplacing() },
  'however the text is cut': { ...right, begin: () => new Counting() },
  'each by itself': {
    ...right,
    begin: () => ({
      push: (fragment) => shared.push(fragment).map((piece) => ({ ...piece, text: `${piece.start}` })),
      finish: () => [],
    }),
  },
  'holds back no more': { ...right, begin: () => new Hoarding() },
  'takes a fragment within': { ...right, begin: () => new Slow() },
};

describe('describeTextFilter', () => {
  it('finds nothing wrong with a right filter, nor with one that has nothing to do', async () => {
    for (const filter of [right, { ...right, begin: () => undefined }]) {
      const subject = { name: 'right', createFilter: () => filter };
      expect(await failuresOf((framework) => describeTextFilter(framework, subject))).toEqual([]);
    }
  });

  it('has a broken filter for each demand', () => {
    for (const { title } of textFilterRules)
      expect(Object.keys(broken).filter((words) => title.includes(words))).toHaveLength(1);
    expect(Object.keys(broken)).toHaveLength(textFilterRules.length);
  });

  it.each(Object.keys(broken))('rejects a filter that breaks "%s"', async (words) => {
    const demand = textFilterRules.find(({ title }) => title.includes(words))!;
    const subject = { name: 'broken', createFilter: () => broken[words]! };
    await expect(Promise.resolve().then(() => demand.check(subject))).rejects.toThrow();
  });
});
