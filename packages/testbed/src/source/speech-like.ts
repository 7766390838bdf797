import type { PreparedSpeech } from './prepared-speech.js';
import { createSeededRandom } from '@eloquence/base';

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
