import type { Clock, PcmChunk, SynthesisOptions, TtsEngine } from '@eloquence/plugin-api';
import type { Guard } from '../plugins/guard.js';
import { segmentText } from '@eloquence/text';

export interface SpeechSourceOptions extends SynthesisOptions {
  readonly clock: Clock;
}

/** Speaks text sentence by sentence; word times count from the start of the utterance. */
export async function* synthesizeText(
  engine: TtsEngine,
  guard: Guard,
  text: string | AsyncIterable<string>,
  options: SpeechSourceOptions,
): AsyncGenerator<PcmChunk> {
  const { clock, ...synthesis } = options;
  const signal = synthesis.signal === undefined ? {} : { signal: synthesis.signal };
  let offsetMs = 0;
  for await (const segment of segmentText(text, { clock, ...signal })) {
    if (!segment.isSpeakable) continue;
    let samples = 0;
    for await (const chunk of guard.iterate(
      () => engine.synthesize(segment.text, synthesis),
      synthesis.signal,
    )) {
      samples += chunk.samples.length;
      yield offsetMs > 0 && chunk.words ? { ...chunk, words: shift(chunk.words, offsetMs) } : chunk;
    }
    offsetMs += (1000 * samples) / engine.sampleRateHz;
  }
}

function shift(words: NonNullable<PcmChunk['words']>, offsetMs: number): NonNullable<PcmChunk['words']> {
  return words.map((word) => ({
    text: word.text,
    startMs: word.startMs + offsetMs,
    endMs: word.endMs + offsetMs,
  }));
}
