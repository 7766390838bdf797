/**
 * From this absolute value on, a sample of 16-bit PCM counts as loud: about −36 dBFS, above what a codec makes of
 * silence and far below speech. Source and listener are measured with the same threshold.
 */
export const LOUD_THRESHOLD = 500;

/**
 * Offset of the first sample of `samples` that is at least as loud as `threshold`; `undefined` if all are quieter.
 */
export function firstLoudSample(samples: Int16Array, threshold: number): number | undefined {
  const at = samples.findIndex((sample) => Math.abs(sample) >= threshold);
  return at < 0 ? undefined : at;
}

/** Offset of the last sample of `samples` that is at least as loud as `threshold`; `undefined` if all are quieter. */
export function lastLoudSample(samples: Int16Array, threshold: number): number | undefined {
  const at = samples.findLastIndex((sample) => Math.abs(sample) >= threshold);
  return at < 0 ? undefined : at;
}
