import type { Clock, Disposable, PcmChunk, Voice } from '@eloquence/plugin-api';
import { createSentenceSegmenter } from '@eloquence/text';
import type { PluginHost } from '../plugins/plugin-host.js';
import { type SessionSettings, callLimitsOf } from './session-settings.js';
import { SessionTextFilters } from './session-text-filters.js';
import { SessionVoice } from './session-voice.js';

export interface TextVoiceOptions extends Pick<SessionSettings, 'ttsEngine' | 'voice' | 'textFilters'> {
  readonly host: PluginHost;
  readonly clock: Clock;
}

/** A voice without a room: text in, speech out, as a session would speak it. */
export interface TextVoice extends Disposable {
  /** @throws EloquenceError what loading the engine throws */
  list(): Promise<readonly Voice[]>;
  /** @throws EloquenceError what a session fails an utterance with for its text or its voice */
  speak(text: string | AsyncIterable<string>, signal: AbortSignal): AsyncIterable<PcmChunk>;
}

export function createTextVoice({ host, clock, ...settings }: TextVoiceOptions): TextVoice {
  const voice = new SessionVoice({
    ...{ host, clock, limits: callLimitsOf({}), segmenter: createSentenceSegmenter() },
    filters: new SessionTextFilters(host),
    settings: { ...settings, sampleRateHz: 24_000 },
  });
  return {
    list: () => voice.list(),
    async *speak(input, signal) {
      yield* await voice.chunksOf({ input, signal, options: {} });
    },
    dispose: () => voice.dispose(),
  };
}
