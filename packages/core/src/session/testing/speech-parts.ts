import type { PcmChunk, SentenceSegmenter, TextSegment, TtsEngineFactory } from '@eloquence/plugin-api';
import { toneChunk } from './session-harness.js';

/** A segmenter that gives the whole text at its end, and says so. */
export function wholeTextSegmenter(mark: string): SentenceSegmenter {
  return {
    begin: () => {
      let text = '';
      const none: readonly TextSegment[] = [];
      return {
        canFlush: false,
        push: (fragment) => ((text += fragment), none),
        flush: () => none,
        finish: () => [{ index: 0, text: text + mark, startIndex: 0, endsSentence: true, isSpeakable: true }],
      };
    },
  };
}

/** A voice that notes what it is given. */
export function notingVoice(spoken: string[]): TtsEngineFactory {
  return {
    create: () => ({
      sampleRateHz: 24_000,
      listVoices: async () => [],
      async *synthesize(text): AsyncGenerator<PcmChunk> {
        spoken.push(text);
        yield toneChunk(100);
      },
      dispose: () => undefined,
    }),
  };
}
