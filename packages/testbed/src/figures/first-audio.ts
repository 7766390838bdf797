/**
 * First audio, measured in one place for every way of speaking: what leaves the listener's loudspeaker.
 *
 * It is the time from the first PCM that was handed over to the first loud sample out of the listener, less the place
 * of that sample in the source. On the data lane the samples are those that the sink is given, at the time from which
 * each is due to be heard; on an audio track they are the PCM that WebRTC gives. One threshold holds for source and
 * listener.
 */

/**
 * From this absolute value on, a sample of 16-bit PCM counts as loud: about −36 dBFS, above what a codec makes of
 * silence and far below speech.
 */
export const loudThreshold = 500;

/** Offset of the first loud sample; `undefined` if there is none. */
export function firstLoudSample(samples: Int16Array): number | undefined {
  const at = samples.findIndex((sample) => Math.abs(sample) >= loudThreshold);
  return at < 0 ? undefined : at;
}

/** Offset of the last loud sample; `undefined` if there is none. */
export function lastLoudSample(samples: Int16Array): number | undefined {
  const at = samples.findLastIndex((sample) => Math.abs(sample) >= loudThreshold);
  return at < 0 ? undefined : at;
}

/**
 * @param sent when the first PCM was handed over, and where its first loud sample is, ms from its beginning
 * @param firstLoudAtMs when the listener heard the first loud sample, on the same clock, ms
 * @returns ms; `null` where nothing loud was said, or heard
 */
export function timeToFirstAudioMs(
  sent: { readonly firstPcmAtMs: number; readonly loudOffsetMs: number | null },
  firstLoudAtMs: number | null,
): number | null {
  if (firstLoudAtMs === null || sent.loudOffsetMs === null) return null;
  return firstLoudAtMs - sent.firstPcmAtMs - sent.loudOffsetMs;
}
