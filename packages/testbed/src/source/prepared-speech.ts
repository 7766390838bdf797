import type { PcmChunk } from '@eloquence/plugin-api';
import { createSeededRandom } from '@eloquence/base';

/** Speech that exists as a whole before it is sent. */
export interface PreparedSpeech {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
}

/** Gathers all chunks of a voice; they must have one sample rate. */
export async function gatherSpeech(chunks: AsyncIterable<PcmChunk>): Promise<PreparedSpeech> {
  const parts: Int16Array[] = [];
  let length = 0;
  let sampleRateHz = 0;
  for await (const chunk of chunks) {
    parts.push(chunk.samples);
    length += chunk.samples.length;
    sampleRateHz = chunk.sampleRateHz;
  }
  const samples = new Int16Array(length);
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return { samples, sampleRateHz };
}

/** As long as the words that warm up a voice. */
const warmUpMs = 600;

/** The first part of `speech`: something short that nobody measures. */
export function beginningOf({ samples, sampleRateHz }: PreparedSpeech): PreparedSpeech {
  return { samples: samples.slice(0, Math.round((sampleRateHz * warmUpMs) / 1000)), sampleRateHz };
}

export function durationMs({ samples, sampleRateHz }: PreparedSpeech): number {
  return sampleRateHz > 0 ? (1000 * samples.length) / sampleRateHz : 0;
}

/** Something to say: a text for the voice, and how long it lasts for a simulation without a voice. */
export interface Speech {
  readonly text: string;
  /** Duration in the default voice, ms. */
  readonly simulatedMs: number;
}

/** As long as the sentence whose delivery the original report measured. */
export const sampleSpeech: Speech = {
  text: 'This sentence exists before you hear it, so all of it can be sent ahead of time.',
  simulatedMs: 4260,
};

/** Two sentences of about six seconds: the usual length of an agent's answer. */
export const answerSpeech: Speech = {
  text: 'The weather stays dry until the evening, then rain moves in from the west. Take an umbrella if you plan to walk home after six.',
  simulatedMs: 6275,
};

/** About a minute, as it is read aloud to somebody. */
export const minuteSpeech: Speech = {
  text: Array.from({ length: 10 }, () => answerSpeech.text).join(' '),
  simulatedMs: 62_750,
};

const SAMPLE_RATE_HZ = 24_000;
const PITCH_HZ = 120;
const SYLLABLE_MS = 220;
/** Quiet between words, and after each phrase, ms. */
const WORD_GAP_MS = 60;
const PHRASE_GAP_MS = 280;
const SYLLABLES_IN_WORD = 2;
const WORDS_IN_PHRASE = 5;
const AMPLITUDE = 9000;

const cache = new Map<string, PreparedSpeech>();
const MAX_CACHED = 16;

/**
 * Something with the rhythm of speech, for encoders to work on and receivers to find pauses in: buzz and noise in
 * syllables, gaps between words, longer ones between phrases. The samples are shared: read only.
 */
export function speechLike(durationMs: number, seed = 1): PreparedSpeech {
  const key = `${durationMs}/${seed}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const speech = { samples: synthesize(durationMs, seed), sampleRateHz: SAMPLE_RATE_HZ };
  if (cache.size >= MAX_CACHED) cache.delete([...cache.keys()][0]!);
  cache.set(key, speech);
  return speech;
}

function synthesize(durationMs: number, seed: number): Int16Array {
  const random = createSeededRandom(seed);
  const samples = new Int16Array(Math.round((durationMs * SAMPLE_RATE_HZ) / 1000));
  const wordMs = SYLLABLES_IN_WORD * SYLLABLE_MS + WORD_GAP_MS;
  const phraseMs = WORDS_IN_PHRASE * wordMs + PHRASE_GAP_MS;
  let previous = 0;
  for (let at = 0; at < samples.length; at++) {
    const atMs = (1000 * at) / SAMPLE_RATE_HZ;
    const inPhraseMs = atMs % phraseMs;
    const inWordMs = inPhraseMs % wordMs;
    const isSpoken = inPhraseMs < WORDS_IN_PHRASE * wordMs && inWordMs < SYLLABLES_IN_WORD * SYLLABLE_MS;
    const envelope = isSpoken ? Math.sin((Math.PI * (inWordMs % SYLLABLE_MS)) / SYLLABLE_MS) : 0;
    const voiced = Math.sign(Math.sin((2 * Math.PI * PITCH_HZ * at) / SAMPLE_RATE_HZ));
    previous += 0.2 * (voiced + random.next() - 0.5 - previous);
    samples[at] = Math.round(AMPLITUDE * envelope * previous);
  }
  return samples;
}
