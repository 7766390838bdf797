/**
 * Something like speech: a gliding voice with harmonics and syllables. No two moments of it are alike, so that its
 * place in a recording is certain.
 *
 * @param seed another one gives another melody
 */
export function speechSignal(durationMs: number, sampleRateHz: number, seed = 1): Int16Array {
  const count = Math.round((durationMs * sampleRateHz) / 1000);
  const pcm = new Int16Array(count);
  let phase = 0;
  for (let at = 0; at < count; at++) {
    const seconds = at / sampleRateHz;
    const pitchHz =
      150 + 40 * Math.sin(2 * Math.PI * (0.31 + 0.07 * seed) * seconds + seed) + 9 * (seconds % 5);
    phase += (2 * Math.PI * pitchHz) / sampleRateHz;
    const syllable =
      0.55 + 0.45 * Math.sin(2 * Math.PI * (3.1 + 0.3 * seed) * seconds + Math.sin(1.7 * seconds));
    let sample = 0;
    for (let harmonic = 1; harmonic <= 8; harmonic++)
      sample +=
        Math.sin(harmonic * phase + harmonic * seed) / (harmonic + 0.5 * Math.sin(seconds * harmonic));
    pcm[at] = Math.round(6000 * syllable * sample);
  }
  return pcm;
}

/** Where `reference` begins in `recorded`, and how much alike they are there (−1…1). */
export interface Match {
  readonly offset: number;
  readonly correlation: number;
}

/** Finds a stretch of sound by normalised cross-correlation: coarse in steps, then exact around the best. */
export function findIn(
  recorded: Float32Array,
  reference: Float32Array,
  fromAt = 0,
  toAt = recorded.length,
): Match {
  const last = Math.min(toAt, recorded.length - reference.length);
  const coarse = bestMatch(recorded, reference, fromAt, last, 8, 4);
  return bestMatch(
    recorded,
    reference,
    Math.max(0, coarse.offset - 16),
    Math.min(last, coarse.offset + 16),
    1,
    1,
  );
}

function bestMatch(
  recorded: Float32Array,
  reference: Float32Array,
  from: number,
  to: number,
  step: number,
  stride: number,
): Match {
  let best: Match = { offset: from, correlation: -1 };
  for (let offset = from; offset <= to; offset += step) {
    const correlation = correlationAt(recorded, reference, offset, stride);
    if (correlation > best.correlation) best = { offset, correlation };
  }
  return best;
}

function correlationAt(
  recorded: Float32Array,
  reference: Float32Array,
  offset: number,
  stride: number,
): number {
  let product = 0;
  let left = 1e-9;
  let right = 1e-9;
  for (let at = 0; at < reference.length; at += stride) {
    const a = recorded[offset + at]!;
    const b = reference[at]!;
    product += a * b;
    left += a * a;
    right += b * b;
  }
  return product / Math.sqrt(left * right);
}

/** Samples of another rate, by straight lines: good enough to compare with. */
export function toRate(pcm: Int16Array, fromHz: number, toHz: number): Float32Array {
  const out = new Float32Array(Math.floor((pcm.length * toHz) / fromHz));
  for (let at = 0; at < out.length; at++) {
    const position = (at * fromHz) / toHz;
    const index = Math.floor(position);
    const part = position - index;
    out[at] = ((1 - part) * pcm[index]! + part * (pcm[index + 1] ?? 0)) / 32_768;
  }
  return out;
}
