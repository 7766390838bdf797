import type { Clock, PcmChunk } from '@eloquence/plugin-api';
import type { Pace } from '../run/speak-options.js';
import { durationMs, type PreparedSpeech } from './prepared-speech.js';
import { observeSource, revealSpeech, type TimedSource } from './revealed-source.js';
import type { RunVoice } from './voice.js';

/** Slowest speech expected, ms a character: bounds the wait for a text whose duration is not known yet. */
const slowestMsPerCharacter = 250;

/** The same speech for every utterance and every arm of a run. */
export interface SpeechSource {
  /** Begins anew. */
  open(signal?: AbortSignal): TimedSource;
  /** Upper bound of the time that it takes to hand over, ms. */
  readonly maxAudioMs: number;
}

/** A source that shows the chunks of its first utterance to `onChunk` before they are sent. */
export function tapSource(source: SpeechSource, onChunk: (chunk: PcmChunk) => void): SpeechSource {
  let isFirst = true;
  return {
    maxAudioMs: source.maxAudioMs,
    open: (signal) => {
      const opened = source.open(signal);
      if (!isFirst) return opened;
      isFirst = false;
      async function* tapped(): AsyncGenerator<PcmChunk> {
        for await (const chunk of opened.chunks) {
          onChunk(chunk);
          yield chunk;
        }
      }
      // The rest is looked up in what was opened, as it changes.
      return Object.create(opened, { chunks: { value: tapped() } }) as TimedSource;
    },
  };
}

/** Synthesises beforehand where the pace asks for it. */
export async function createSpeechSource(
  text: string,
  pace: Pace,
  voice: RunVoice,
  clock: Clock,
  signal: AbortSignal,
): Promise<SpeechSource> {
  if (pace.kind !== 'live') return preparedSource(await voice.prepare(text, signal), pace, clock);
  return {
    open: (own = signal) => observeSource(voice.stream(text, own), clock),
    maxAudioMs: text.length * slowestMsPerCharacter + 2000,
  };
}

/** Reveals speech that is at hand already; at real time where the pace is that of a live voice. */
export function preparedSource(speech: PreparedSpeech, pace: Pace, clock: Clock): SpeechSource {
  const speed = pace.kind === 'instant' ? Infinity : pace.kind === 'speed' ? pace.speed : 1;
  return {
    open: (signal) => revealSpeech(speech, speed, clock, signal),
    maxAudioMs: durationMs(speech) / Math.min(1, speed),
  };
}
