import type { PluginKind } from './plugin-kind.js';

export const serviceKind: PluginKind = {
  kind: 'service',
  point: 'services',
  summary: 'texts cut at line breaks, in place of the sentence segmenter',
  // The token that is replaced: a service has no id of its own.
  idOf: () => 'core.sentenceSegmenter',
  exportOf: ({ camelId, stem }) => ({ name: `${camelId}Provider`, file: `${stem}-segmenter` }),
  registrationOf: ({ camelId }) => `${camelId}Provider`,
  codeOf: ({
    camelId,
  }) => `import { SentenceSegmenter, type TextSegment, type TextSegmentation, provide } from '@eloquence/plugin-api';

/** One text: a part ends behind each mark. */
class MarkSegmentation implements TextSegmentation {
  readonly canFlush = false;
  readonly #mark: string;
  /** What is not in a part yet, and where it begins in the whole text. */
  #rest = '';
  #restIndex = 0;
  #count = 0;

  constructor(mark: string) {
    this.#mark = mark;
  }

  push(fragment: string): TextSegment[] {
    this.#rest += fragment;
    if (!fragment.includes(this.#mark)) return [];
    const parts = this.#rest.split(this.#mark);
    return parts.slice(0, -1).flatMap((part) => this.#take(part.length + 1));
  }

  flush = (): TextSegment[] => [];

  finish = (): TextSegment[] => this.#take(this.#rest.length);

  #take(length: number): TextSegment[] {
    const part = this.#rest.slice(0, length);
    const text = part.trim();
    const startIndex = this.#restIndex + part.indexOf(text);
    this.#rest = this.#rest.slice(length);
    this.#restIndex += length;
    const isSpeakable = /[\\p{L}\\p{N}]/u.test(text);
    return text === '' ? [] : [{ index: this.#count++, text, startIndex, endsSentence: true, isSpeakable }];
  }
}

/** Cuts texts behind each \`mark\`, one character. */
export const cutAt = (mark: string): SentenceSegmenter => ({ begin: () => new MarkSegmentation(mark) });

/** Each line is a part of its own: for lyrics, lists and scripts. */
export const ${camelId}Provider = provide(SentenceSegmenter, { create: () => cutAt('\\n') });
`,
  testOf: ({ camelId, id }) => ({
    kit: 'describeSentenceSegmenter',
    body: `describeSentenceSegmenter(framework, {
  name: '${id}',
  createSegmenter: () => ${camelId}Provider.create({}),
});`,
  }),
};
