import { didYouMean } from '@eloquence/base';
import {
  type Clock,
  type Disposable,
  EloquenceError,
  isEloquenceError,
  type PcmChunk,
  type TtsEngine,
  type Voice,
} from '@eloquence/plugin-api';
import { createPluginHost, type PluginHost } from '@eloquence/core';
import { segmentText } from '@eloquence/text';
import { withDefaultPlugins } from '@eloquence/streamer';
import { gatherSpeech, type PreparedSpeech } from './prepared-speech.js';

/** The engine that the streamer uses by default. */
const TTS_ENGINE = 'espeak';
/** Lasts little more than half a second. */
const WARM_UP_TEXT = '1, 2.';

/** The voice of a run: the engine that the streamer uses by default, at hand beforehand. */
export interface RunVoice extends Disposable {
  list(): Promise<readonly Voice[]>;
  /**
   * Speaks a few words that nobody measures. Shows early whether the voice exists: only the engine knows which names
   * it takes.
   *
   * @throws EloquenceError `VOICE_UNKNOWN`
   */
  prepareWarmUp(signal: AbortSignal): Promise<PreparedSpeech>;
  /** Speaks as the streamer does, sentence by sentence. */
  stream(text: string, signal: AbortSignal): AsyncIterable<PcmChunk>;
  prepare(text: string, signal: AbortSignal): Promise<PreparedSpeech>;
}

/** What is installed by default, to be looked into before a session exists. */
export function createDefaultHost(clock: Clock): PluginHost {
  return createPluginHost({ descriptors: withDefaultPlugins(), clock });
}

/** @throws EloquenceError `PROFILE_UNKNOWN`, naming the nearest profile. */
export function checkProfile(host: PluginHost, profile: string): void {
  const profiles = ['auto', ...host.contributions.profiles.ids()];
  if (profiles.includes(profile)) return;
  throw new EloquenceError('PROFILE_UNKNOWN', `There is no profile '${profile}'.`, {
    value: profile,
    hint: didYouMean(profile, profiles),
  });
}

export async function createRunVoice(
  host: PluginHost,
  voice: string | undefined,
  clock: Clock,
): Promise<RunVoice> {
  const factory = await host.contributions.ttsEngines.get(TTS_ENGINE);
  const engine: TtsEngine = await factory.create();
  const options = voice === undefined ? {} : { voice };
  async function* stream(text: string, signal: AbortSignal): AsyncGenerator<PcmChunk> {
    for await (const segment of segmentText(text, { clock, signal })) {
      yield* engine.synthesize(segment.text, { signal, ...options });
    }
  }
  return {
    list: () => engine.listVoices(),
    prepareWarmUp: async (signal) => {
      try {
        return await gatherSpeech(stream(WARM_UP_TEXT, signal));
      } catch (error) {
        throw isEloquenceError(error) && error.code === 'VOICE_UNKNOWN' ? withCommandHint(error) : error;
      }
    },
    stream,
    prepare: (text, signal) => gatherSpeech(stream(text, signal)),
    dispose: () => engine.dispose(),
  };
}

/** The engine's hint speaks to programmers; on the command line the voices are listed by a command. */
function withCommandHint(error: EloquenceError): EloquenceError {
  const guess = /^Did you mean [^?]*\?/.exec(error.hint ?? '')?.[0];
  return new EloquenceError(error.code, error.message, {
    value: error.value,
    hint: [guess, 'List all of them with: eloquence voices'].filter(Boolean).join(' '),
    cause: error,
  });
}
