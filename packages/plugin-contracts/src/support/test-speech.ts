import { createSeededRandom } from '@eloquence/base';

/**
 * Sound with the shape of a voiced vowel: harmonics of a gliding pitch, louder in syllables of a quarter second,
 * and a little noise. The same seed gives the same samples.
 */
export function createTestSpeech(sampleRateHz: number, durationMs: number, seed = 1): Int16Array {
  const random = createSeededRandom(seed);
  const samples = new Int16Array(Math.round((sampleRateHz * durationMs) / 1000));
  const baseHz = 110 + 60 * random.next();
  let phase = 0;
  for (let i = 0; i < samples.length; i++) {
    const seconds = i / sampleRateHz;
    const pitchHz = baseHz * (1 + 0.08 * Math.sin(2 * Math.PI * 1.3 * seconds));
    phase += (2 * Math.PI * pitchHz) / sampleRateHz;
    let value = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) value += Math.sin(harmonic * phase) / harmonic;
    const syllable = 0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * seconds);
    samples[i] = Math.round(7000 * syllable * value + 120 * (random.next() - 0.5));
  }
  return samples;
}

/** Greatest normalised correlation of `heard` with `original`, over delays of `heard` from 0 to `maxLag` samples. */
export function bestCorrelation(original: Int16Array, heard: Int16Array, maxLag: number): number {
  let best = 0;
  for (let lag = 0; lag <= maxLag; lag++) {
    const count = Math.min(original.length, heard.length - lag);
    let product = 0;
    let energyA = 1;
    let energyB = 1;
    for (let i = 0; i < count; i++) {
      const a = original[i]!;
      const b = heard[i + lag]!;
      product += a * b;
      energyA += a * a;
      energyB += b * b;
    }
    best = Math.max(best, product / Math.sqrt(energyA * energyB));
  }
  return best;
}

export function rootMeanSquare(samples: Int16Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(energy / samples.length);
}
