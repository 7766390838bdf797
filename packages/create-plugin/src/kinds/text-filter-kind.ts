import type { PluginKind } from './plugin-kind.js';

export const textFilterKind: PluginKind = {
  kind: 'textFilter',
  point: 'textFilters',
  summary: '“about” for each ~ before a number',
  idOf: ({ id }) => id,
  exportOf: ({ camelId, stem }) => ({ name: `${camelId}Filter`, file: `${stem}-filter` }),
  registrationOf: ({ camelId }) => `${camelId}Filter`,
  codeOf: ({
    camelId,
    pascalId,
  }) => `import type { TextFilter, TextFiltering, TextPiece } from '@eloquence/plugin-api';

/** Says “about” for each ~ before a number; captions show the ~. */
export const ${camelId}Filter: TextFilter = {
  stage: 'words',
  appliesTo: 'all',
  begin: () => new ${pascalId}Filtering(),
};

class ${pascalId}Filtering implements TextFiltering {
  /** Text that is not passed on yet, and where it begins: a ~ whose next character has not come. */
  #held = '';
  #index = 0;

  push(fragment: string): readonly TextPiece[] {
    const text = this.#held + fragment;
    this.#held = text.endsWith('~') ? '~' : '';
    return this.#pieces(text.slice(0, text.length - this.#held.length));
  }

  finish(): readonly TextPiece[] {
    return this.#pieces(this.#held);
  }

  #pieces(text: string): TextPiece[] {
    return text
      .split(/(~(?=\\d))/)
      .filter((part) => part !== '')
      .map((part, at, parts) => {
        const isMark = part === '~' && /^\\d/.test(parts[at + 1] ?? '');
        const start = this.#index;
        this.#index += part.length;
        return { text: isMark ? 'about ' : part, start, end: this.#index };
      });
  }
}
`,
  testOf: ({ camelId, id }) => ({
    kit: 'describeTextFilter',
    body: `describeTextFilter(framework, {
  name: '${id}',
  createFilter: () => ${camelId}Filter,
  texts: ['It is ~5 km, ~ or so~'],
});`,
  }),
};
