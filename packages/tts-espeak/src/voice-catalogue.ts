import { EloquenceError, type Voice } from '@eloquence/plugin-api';
import { nearestNames } from './nearest-names.js';
import type { WorkerVoice } from './worker-protocol.js';

interface CatalogueEntry {
  readonly voice: Voice;
  /** What espeak loads the voice by, for example `roa/fr`. */
  readonly identifier: string;
}

export const defaultVoiceId = 'en';

/**
 * Names of espeak that are no language tags, and the tags that say the same (BCP 47): what follows a region has five
 * letters or more unless it is for private use, and `Piqd` is a script, that of Klingon.
 */
const correctedTags: ReadonlyMap<string, string> = new Map([
  ['en-us-nyc', 'en-US-x-nyc'],
  ['piqd', 'tlh-Piqd'],
]);
/** The tag of a language that is not known (BCP 47). */
const unknownLanguage = 'und';

/** The voices of the engine, and the way from what a caller asks for to one of them. */
export class VoiceCatalogue {
  readonly voices: readonly Voice[];
  readonly #byId = new Map<string, CatalogueEntry>();
  /** Canonical language tag → the best voice for it. */
  readonly #byTag = new Map<string, CatalogueEntry & { readonly priority: number }>();

  constructor(workerVoices: readonly WorkerVoice[]) {
    this.voices = workerVoices.map((workerVoice) => this.#add(workerVoice));
  }

  /**
   * Finds a voice by its id (`fr-BE`), by espeak's name of its file (`roa/fr-BE`) or by a BCP 47 tag, which is
   * shortened from the right until a voice speaks it (RFC 4647 §3.4): `fr-CA` gives `fr`. `_` counts as `-`.
   *
   * @throws EloquenceError `VOICE_UNKNOWN`
   */
  resolve(requested: string = defaultVoiceId): CatalogueEntry {
    const exact = this.#byId.get(requested.toLowerCase());
    if (exact !== undefined) return exact;
    for (let tag = canonicalTag(requested.replaceAll('_', '-')); tag !== undefined; tag = shortenTag(tag)) {
      const entry = this.#byTag.get(tag);
      if (entry !== undefined) return entry;
    }
    throw unknownVoice(requested, this.voices);
  }

  #add({ identifier, name, languages }: WorkerVoice): Voice {
    const id = identifier.slice(identifier.lastIndexOf('/') + 1);
    const language = languages.map((tag) => tagOf(tag.name)).find((tag) => tag !== undefined);
    const entry = { voice: Object.freeze({ id, name, language: language ?? unknownLanguage }), identifier };
    this.#byId.set(id.toLowerCase(), entry);
    this.#byId.set(identifier.toLowerCase(), entry);
    for (const { name: tagName, priority } of languages) {
      const tag = tagOf(tagName);
      if (tag === undefined) continue;
      const known = this.#byTag.get(tag);
      if (known === undefined || priority < known.priority) this.#byTag.set(tag, { ...entry, priority });
    }
    return entry.voice;
  }
}

/** The tag of a language as espeak names it. */
function tagOf(name: string): string | undefined {
  return canonicalTag(correctedTags.get(name.toLowerCase()) ?? name);
}

/** The tag in the form and case of CLDR (`cmn` becomes `zh`), or `undefined` if it is not a language tag. */
function canonicalTag(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    // A RangeError says no more than that this is no language tag, which is the answer.
    return undefined;
  }
}

/** Takes off the last subtag, and a single-character one before it; a bare language has nothing to take off. */
function shortenTag(tag: string): string | undefined {
  const shorter = tag.replace(/(?:-[a-z0-9])?-[^-]+$/i, '');
  return shorter === tag || shorter === '' ? undefined : shorter;
}

function unknownVoice(requested: string, voices: readonly Voice[]): EloquenceError {
  // People also try the language's English name: its first word stands for the plainest of its voices.
  const idsByName = new Map<string, string>();
  for (const { id, name, language } of [...voices].sort((a, b) => b.id.length - a.id.length)) {
    idsByName.set(language, language);
    idsByName.set(id, id);
    idsByName.set(/^\p{L}+/u.exec(name)?.[0] ?? name, id);
  }
  const near = new Set(nearestNames(requested, [...idsByName.keys()]).map((name) => idsByName.get(name)));
  const hint =
    near.size > 0
      ? `Did you mean ${[...near].join(', ')}? listVoices() names all ${voices.length}.`
      : `Use a language tag such as "en" or "fr", or one of the ${voices.length} ids that listVoices() names.`;
  return new EloquenceError('VOICE_UNKNOWN', `There is no voice "${requested.slice(0, 64)}".`, {
    value: requested,
    hint,
  });
}
