import {
  type Clock,
  type Disposable,
  EloquenceError,
  type PcmChunk,
  type SentenceSegmenter,
  type SynthesisOptions,
  type TtsEngine,
  type Voice,
  toEloquenceError,
} from '@eloquence/plugin-api';
import { speakText } from '@eloquence/text';
import { Resampler } from '@eloquence/pcm';
import type { Guard } from '../plugins/guard.js';
import type { PluginHost } from '../plugins/plugin-host.js';
import type { CallLimits } from './session-settings.js';
import type { SessionSettings } from './session-settings.js';
import type { SessionTextFilters } from './session-text-filters.js';
import { classifyInput } from './speech-input.js';
import type { DefaultUtterance } from './utterance.js';

/** How long the first sound may wait for the list of voices, ms: without it, texts are cut by common rules. */
const listLimitMs = 1000;

export interface SessionVoiceOptions {
  readonly host: PluginHost;
  readonly clock: Clock;
  readonly settings: Pick<SessionSettings, 'ttsEngine' | 'voice' | 'textFilters' | 'sampleRateHz'>;
  readonly limits: CallLimits;
  readonly filters: SessionTextFilters;
  readonly segmenter: SentenceSegmenter;
}

interface LoadedEngine {
  readonly engine: TtsEngine;
  /** Of the engine's making and its end. */
  readonly guard: Guard;
}

/** The voice of a session: loaded when it is first needed, asked sentence by sentence. */
export class SessionVoice implements Disposable {
  readonly #options: SessionVoiceOptions;
  readonly #removal: Disposable;
  #loading: Promise<LoadedEngine> | undefined;
  #isDisposed = false;

  constructor(options: SessionVoiceOptions) {
    this.#options = options;
    // The next utterance asks anew: another plugin may provide the voice by then, or the same one again.
    this.#removal = options.host.contributions.ttsEngines.onDidRemove(({ id }) => {
      if (id === options.settings.ttsEngine) this.#drop();
    });
  }

  /**
   * Loads the voice in the background.
   *
   * @param onFail told why it cannot be loaded; the first utterance that needs it tries again
   */
  preload(onFail: (error: EloquenceError) => void): void {
    this.#load().catch((error: unknown) => {
      if (!this.#isDisposed) onFail(toEloquenceError(error, 'TTS_FAILED'));
    });
    this.#options.filters.preload(this.#options.settings.textFilters);
  }

  /**
   * The speech of an utterance, piece by piece.
   *
   * @throws EloquenceError `PLUGIN_FAILED` or `PLUGIN_TIMEOUT` for a voice that is out of order, `CONTRIBUTION_UNKNOWN`
   * for a text filter that there is not, and the codes of {@link classifyInput}
   */
  async chunksOf(
    utterance: Pick<DefaultUtterance, 'input' | 'options' | 'signal'>,
  ): Promise<AsyncIterable<PcmChunk>> {
    const { host, clock, settings, limits, filters, segmenter } = this.#options;
    const input = await classifyInput(utterance.input, utterance.signal);
    if (input.kind === 'pcm') return input.chunks;
    const voice = utterance.options.voice ?? settings.voice;
    const { rate } = utterance.options;
    const { engine, guard } = await this.#load();
    const synthesis = host.guard(guard.pluginId, 'synthesize', { limitMs: limits.synthesizeLimitMs });
    const { signal } = utterance;
    const options: SynthesisOptions = { signal, voice, rate };
    const filterIds = utterance.options.textFilters ?? settings.textFilters;
    return speakText(
      input.text,
      (segment) => synthesis.iterate(() => engine.synthesize(segment.text, options), signal),
      {
        clock,
        segmenter,
        filters: await filters.filtersFor(filterIds, typeof input.text !== 'string'),
        signal,
        rate,
        language: await languageOf(
          engine,
          voice,
          host.guard(guard.pluginId, 'listVoices', { limitMs: listLimitMs }),
        ),
      },
    );
  }

  /**
   * The voices that can be named.
   *
   * @throws EloquenceError what loading the engine throws
   */
  async list(): Promise<readonly Voice[]> {
    const { engine, guard } = await this.#load();
    const { host } = this.#options;
    return await host.guard(guard.pluginId, 'listVoices').promise(() => engine.listVoices());
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#removal.dispose();
    this.#drop();
  }

  #drop(): void {
    const loading = this.#loading;
    this.#loading = undefined;
    void loading?.then(({ engine, guard }) => guard.release(() => engine.dispose())).catch(() => undefined);
  }

  #load(): Promise<LoadedEngine> {
    // An engine loaded now would have no owner.
    if (this.#isDisposed)
      return Promise.reject(new EloquenceError('DISPOSED', 'The session has been closed.'));
    const loading = (this.#loading ??= this.#create());
    // A failed load is tried again by the next utterance.
    loading.catch(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    return loading;
  }

  async #create(): Promise<LoadedEngine> {
    const { host, settings, limits } = this.#options;
    const { ttsEngines } = host.contributions;
    const factory = await ttsEngines.get(settings.ttsEngine);
    const pluginId = ttsEngines.owner(settings.ttsEngine) ?? '';
    const guard = host.guard(pluginId, 'create', { limitMs: limits.createLimitMs });
    const engine = await guard.promise(async () => checkedEngine(await factory.create()), {
      onLateResult: (late) => late.dispose(),
    });
    // Computes the filter for these rates, which is then kept.
    new Resampler(engine.sampleRateHz, settings.sampleRateHz);
    return { engine, guard };
  }
}

/** Names of voices that begin with a language: `fr`, `en-GB`, `de_DE-thorsten`, `roa/fr-BE`. */
const tagged = /^(?:\w+\/)?([A-Za-z]{2,3}(?:[-_].*)?)$/;

/** The language that a voice speaks, as BCP 47; absent if neither its name nor its engine tells. */
async function languageOf(
  engine: TtsEngine,
  voice: string | undefined,
  guard: Guard,
): Promise<string | undefined> {
  const tag = voice === undefined ? undefined : tagged.exec(voice)?.[1];
  if (voice === undefined) return engine.defaultLanguage;
  if (tag !== undefined) return tag;
  const voices = await guard.promise(() => engine.listVoices()).catch((): readonly Voice[] => []);
  return voices.find(({ id }) => id.toLowerCase() === voice.toLowerCase())?.language;
}

function checkedEngine(engine: TtsEngine): TtsEngine {
  const { synthesize, sampleRateHz, dispose } = (engine ?? {}) as Partial<TtsEngine>;
  if (typeof synthesize === 'function' && typeof dispose === 'function' && Number(sampleRateHz) > 0)
    return engine;
  throw new EloquenceError(
    'PLUGIN_FAILED',
    'create() gave no voice: it has a sampleRateHz, synthesize() and dispose().',
    { value: engine },
  );
}
