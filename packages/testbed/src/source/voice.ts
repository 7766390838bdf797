import { didYouMean } from '@eloquence/base';
import {
  type Clock,
  type Disposable,
  EloquenceError,
  isEloquenceError,
  type PcmChunk,
  type Voice,
} from '@eloquence/plugin-api';
import { createPluginHost, createTextVoice, type PluginHost } from '@eloquence/core';
import { type LoadedConfig, withDefaultPlugins } from '@eloquence/streamer';
import { gatherSpeech, type PreparedSpeech } from './prepared-speech.js';
import { checkText } from './check-text.js';

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

/** What is installed, by default or as a configuration says, to be looked into before a session exists. */
export function createDefaultHost(clock: Clock, config?: LoadedConfig): PluginHost {
  return createPluginHost({ ...(config?.host ?? { descriptors: withDefaultPlugins() }), clock });
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

/** How a run speaks. */
export interface RunVoiceOptions {
  /** Id of the TTS engine; that of the streamer if absent. */
  readonly ttsEngine?: string | undefined;
  readonly voice?: string | undefined;
  readonly textFilters?: readonly string[] | undefined;
}

/** The voice of a run, loaded when it is first needed. */
export function createRunVoice(host: PluginHost, options: RunVoiceOptions, clock: Clock): RunVoice {
  const voice = createTextVoice({ host, clock, ...options, ttsEngine: options.ttsEngine ?? TTS_ENGINE });
  return {
    list: () => voice.list(),
    prepareWarmUp: async (signal) => {
      try {
        return await gatherSpeech(voice.speak(WARM_UP_TEXT, signal));
      } catch (error) {
        throw isEloquenceError(error) && error.code === 'VOICE_UNKNOWN' ? withCommandHint(error) : error;
      }
    },
    stream: (text, signal) => voice.speak(text, signal),
    prepare: (text, signal) => gatherSpeech(voice.speak(text, signal)),
    dispose: () => voice.dispose(),
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

/**
 * Has a text spoken by the default voice, all of it before it returns.
 *
 * @throws EloquenceError `TEXT_EMPTY`, `TEXT_TOO_LONG`, and what the voice throws
 */
export async function prepareSpeech(
  text: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<PreparedSpeech> {
  checkText(text, true);
  const host = createDefaultHost(clock);
  try {
    const voice = createRunVoice(host, {}, clock);
    try {
      return await voice.prepare(text, signal);
    } finally {
      voice.dispose();
    }
  } finally {
    await host.dispose();
  }
}
