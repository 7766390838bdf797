import { readFile } from 'node:fs/promises';
import { type EloquenceError, type PluginLogger, definePlugin } from '@eloquence/plugin-api';
import { createMarkdownFilter } from './markdown/markdown-filter.js';
import type { MarkdownOptions } from './markdown/markdown-options.js';
import { createPronunciationFilter } from './pronunciations/pronunciation-filter.js';
import { type Pronunciations, checkPronunciations } from './pronunciations/pronunciations.js';

interface Settings extends MarkdownOptions {
  readonly pronunciations?: Pronunciations;
  readonly pronunciationsFile?: string;
}

export default definePlugin({
  async activate({ configuration, log, subscriptions, textFilters }) {
    const settings: Settings = configuration;
    const { pronunciations: given = {}, pronunciationsFile: file } = settings;
    const pronunciations = [
      file === undefined ? {} : await usable(`pronunciationsFile '${file}'`, () => readJson(file), log),
      await usable('pronunciations', () => given, log),
    ];
    subscriptions.add(textFilters.register('markdown', createMarkdownFilter(settings)));
    subscriptions.add(textFilters.register('pronunciations', createPronunciationFilter(...pronunciations)));
  },
});

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}

/** Pronunciations that cannot be used are told, and speech goes on without them. */
async function usable(name: string, read: () => unknown, log: PluginLogger): Promise<Pronunciations> {
  try {
    return checkPronunciations(await read());
  } catch (error) {
    const { message, hint = '' } = error as Partial<EloquenceError>;
    log.warn(`${name} cannot be used: ${message} ${hint}`.trimEnd());
    return {};
  }
}
