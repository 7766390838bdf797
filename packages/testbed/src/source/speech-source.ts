import type { Clock, PcmChunk } from '@eloquence/plugin-api';
import { firstLoudSample } from '../figures/loudness.js';
import { durationMs, type PreparedSpeech } from './prepared-speech.js';
import { observeSource, revealSpeech, tapChunks, type TimedSource } from './revealed-source.js';
import type { RunVoice } from './voice.js';
import type { Pace } from '../run/speak-options.js';

/** Slowest speech expected, ms a character: bounds the wait for a text whose duration is not known yet. */
const SLOWEST_MS_PER_CHARACTER = 250;

/** The same speech for every utterance and every arm of a run. */
export interface SpeechSource {
  /** Begins anew. */
  open(signal: AbortSignal): TimedSource;
  /** Upper bound of the duration, ms. */
  readonly maxAudioMs: number;
  /** Offset of the first sample at least as loud as `threshold`; `null` if all is quieter. */
  loudOffsetMs(threshold: number, signal: AbortSignal): Promise<number | null>;
}

/** A source that shows the chunks of its first utterance to `onChunk` before they are sent. */
export function tapSource(source: SpeechSource, onChunk: (chunk: PcmChunk) => void): SpeechSource {
  let isFirst = true;
  return {
    ...source,
    open: (signal) => {
      const opened = source.open(signal);
      if (!isFirst) return opened;
      isFirst = false;
      return {
        chunks: tapChunks(opened.chunks, onChunk),
        pieces: opened.pieces,
        get firstPcmAtMs() {
          return opened.firstPcmAtMs;
        },
        get audioMs() {
          return opened.audioMs;
        },
      };
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
  if (pace.kind === 'live') return liveSource(text, voice, clock);
  return preparedSource(await voice.prepare(text, signal), pace, clock);
}

/** Reveals speech that is at hand already; at real time where the pace is that of a live voice. */
export function preparedSource(speech: PreparedSpeech, pace: Pace, clock: Clock): SpeechSource {
  const speed = pace.kind === 'instant' ? Infinity : pace.kind === 'speed' ? pace.speed : 1;
  const audioMs = durationMs(speech);
  return {
    open: (signal) => revealSpeech(speech, speed, clock, signal),
    maxAudioMs: audioMs / Math.min(1, speed),
    loudOffsetMs: async (threshold) => {
      const at = firstLoudSample(speech.samples, threshold);
      return at === undefined ? null : (1000 * at) / speech.sampleRateHz;
    },
  };
}

function liveSource(text: string, voice: RunVoice, clock: Clock): SpeechSource {
  return {
    open: (signal) => observeSource(voice.stream(text, signal), clock),
    maxAudioMs: text.length * SLOWEST_MS_PER_CHARACTER + 2000,
    loudOffsetMs: async (threshold, signal) => {
      let beforeMs = 0;
      for await (const { samples, sampleRateHz } of voice.stream(text, signal)) {
        const at = firstLoudSample(samples, threshold);
        if (at !== undefined) return beforeMs + (1000 * at) / sampleRateHz;
        beforeMs += (1000 * samples.length) / sampleRateHz;
      }
      return null;
    },
  };
}
