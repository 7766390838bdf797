import { EloquenceError } from '@eloquence/plugin-api';

/** What is said for names and acronyms: language, or `*` for all → as it is written → as it is said. */
export type Pronunciations = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Checks what was read from a file, or given as a setting.
 *
 * @throws EloquenceError `CONFIGURATION_INVALID`
 */
export function checkPronunciations(value: unknown): Pronunciations {
  if (!isRecord(value)) throw invalid('It is not an object of languages.', value);
  for (const [language, words] of Object.entries(value)) {
    if (language !== '*' && !/^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*$/.test(language))
      throw invalid(`'${language}' is neither a language tag nor '*'.`, language);
    if (!isRecord(words)) throw invalid(`'${language}' holds no object of words.`, words);
    for (const [written, spoken] of Object.entries(words))
      if (written.trim() === '' || typeof spoken !== 'string')
        throw invalid(`'${written}' of '${language}' is not said as a string.`, spoken);
  }
  return value as Pronunciations;
}

/** What is said for the words of one language: those for all, then those of the language, then those of the region. */
export function pronunciationsIn(
  language: string | undefined,
  ...all: Pronunciations[]
): Map<string, string> {
  const parts = (language ?? '').toLowerCase().split(/[-_]/);
  const tags = ['*', ...parts.map((_part, index) => parts.slice(0, index + 1).join('-'))];
  const words = new Map<string, string>();
  for (const tag of tags)
    for (const pronunciations of all)
      for (const [name, entries] of Object.entries(pronunciations))
        if (name.toLowerCase().replaceAll('_', '-') === tag)
          for (const [written, spoken] of Object.entries(entries)) words.set(written.trim(), spoken);
  return words;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(problem: string, value: unknown): EloquenceError {
  return new EloquenceError('CONFIGURATION_INVALID', problem, {
    value,
    hint: 'Write { "*": { "GIF": "jif" }, "en": { "SQL": "sequel" } }.',
  });
}
