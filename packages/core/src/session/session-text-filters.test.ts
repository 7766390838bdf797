import type { TextFilter, TextFiltering, TextPiece } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { testPlugin } from '../plugins/testing/test-plugin.js';
import { notingVoice } from './testing/speech-parts.js';
import { SessionHarness } from './testing/session-harness.js';

let harness: SessionHarness | undefined;
let spoken: string[] = [];
afterEach(async () => {
  await harness?.dispose();
  expect(harness?.rejections ?? []).toEqual([]);
  harness = undefined;
});

/** Says something else for every character `mark`. */
class Replacing implements TextFiltering {
  #index = 0;

  constructor(
    readonly mark: string,
    readonly said: string,
  ) {}

  push(fragment: string): readonly TextPiece[] {
    return [...fragment].map((text) => {
      const start = this.#index;
      this.#index += text.length;
      return { text: text === this.mark ? this.said : text, start, end: this.#index };
    });
  }

  finish(): readonly TextPiece[] {
    return [];
  }
}

function replacing(mark: string, said: string, more: Partial<TextFilter> = {}): TextFilter {
  return { stage: 'words', appliesTo: 'all', begin: () => new Replacing(mark, said), ...more };
}

async function open(filters: Record<string, TextFilter>, textFilters?: string[]): Promise<void> {
  spoken = [];
  harness = await new SessionHarness({
    voice: notingVoice(spoken),
    settings: { textFilters },
    plugins: Object.entries(filters).map(([id, filter]) =>
      testPlugin(`${id}-plugin`, {
        contributes: { textFilters: [id] },
        plugin: { activate: (context) => void context.textFilters.register(id, filter) },
      }),
    ),
  }).open();
}

async function say(input: string | string[], textFilters?: string[]): Promise<string> {
  spoken.length = 0;
  async function* stream(): AsyncGenerator<string> {
    yield* input;
  }
  const text = typeof input === 'string' ? input : stream();
  await harness!.settle(harness!.session.say(text, { textFilters }).done);
  return spoken.join('|');
}

const stateOf = (id: string): string | undefined =>
  harness?.kernel.host.plugins().find((plugin) => plugin.id === `${id}-plugin`)?.state;

describe('text filters', () => {
  it('apply to the texts that they name, markup before words, unless the application names them', async () => {
    await open({
      always: replacing('b', 'c'),
      markup: replacing('a', 'b', { stage: 'markup', appliesTo: 'streams' }),
      request: replacing('x', 'y', { appliesTo: 'request' }),
    });
    expect(await say('a b x.')).toBe('a c x.');
    expect(await say(['a b', ' x.'])).toBe('c c x.');
    expect(await say('a b x.', ['always', 'request'])).toBe('a c y.');
    expect(await say('a b x.', ['always', 'markup'])).toBe('b c x.');
    expect(await say(['a b', ' x.'], [])).toBe('a b x.');
  });

  it('are those of the session where an utterance names none', async () => {
    await open({ one: replacing('a', 'b'), two: replacing('b', 'c') }, ['two']);
    expect(await say('a b.')).toBe('a c.');
    expect(await say('a b.', ['one', 'two'])).toBe('c c.');
  });

  it('tell the words of the text as it came', async () => {
    await open({ one: replacing('&', 'and so on') });
    await say('You & me.');
    const words = harness!.lane.utterances.at(-1)!.words.flat();
    expect(words.map(({ text }) => text)).toEqual(['You', '&', 'me']);
  });

  it('are an error where they are named and there are none such', async () => {
    await open({ one: replacing('a', 'b') });
    await expect(
      harness!.settle(harness!.session.say('Hi.', { textFilters: ['onee'] }).done),
    ).rejects.toMatchObject({
      code: 'CONTRIBUTION_UNKNOWN',
      hint: expect.stringContaining('one'),
    });
  });

  it.each<[string, () => TextFiltering | undefined]>([
    ['does not begin', () => throwing()],
    ['throws', () => ({ push: throwing, finish: () => [] })],
    [
      'gives pieces of nothing',
      () => ({ push: () => [{ text: 'x', start: 5, end: 900 }], finish: () => [] }),
    ],
    [
      'gives pieces out of order',
      () => ({ push: () => [{ text: 'x', start: 2, end: 1 }], finish: () => [] }),
    ],
    ['gives no pieces', () => ({ push: () => 7 as never, finish: () => [] })],
  ])('of a plugin that %s let the text pass, and their plugin ends in quarantine', async (_what, begin) => {
    await open({ bad: { stage: 'words', appliesTo: 'all', begin }, good: replacing('a', 'b') });
    for (let turn = 0; turn < 3; turn++) expect(await say(['One a. ', 'Two a.'])).toBe('One b.|Two b.');
    expect(stateOf('bad')).toBe('quarantined');
    expect(await say('One a.')).toBe('One b.');
  });

  it('that fail in mid-text let the rest of it pass', async () => {
    let pushes = 0;
    const filtering = (): TextFiltering => {
      const inner = new Replacing('a', 'b');
      return {
        push: (text) => (++pushes === 2 ? throwing() : inner.push(text)),
        finish: () => inner.finish(),
      };
    };
    await open({ bad: { stage: 'words', appliesTo: 'all', begin: filtering } });
    expect(await say(['An a. ', 'An a. ', 'An a.'])).toBe('An b.|An a.|An a.');
  });
});

function throwing(): never {
  throw new Error('broken filter');
}
