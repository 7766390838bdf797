/** The formulas of the measurements, each in one place. Times in ms, rates in kbit/s (= bit per ms). */

/** When a piece of the source existed, and how many payload bytes there are from its first sample on. */
export interface IdealPiece {
  /** Time since the first PCM of the utterance was handed over, ms. */
  readonly atMs: number;
  readonly bytesFromHere: number;
}

export interface IdealLink {
  /** Rate of the bottleneck, kbit/s; 0 is unlimited. */
  readonly rateKbps: number;
  readonly oneWayDelayMs: number;
}

/**
 * Delivery time over a perfect pipe that is fed by the same source, ms: the maximum over the pieces of
 * (time of the piece + bytes from it on / rate), plus the one-way delay.
 */
export function idealDeliveryMs(pieces: readonly IdealPiece[], link: IdealLink): number {
  let latestMs = 0;
  for (const { atMs, bytesFromHere } of pieces) {
    const sendingMs = link.rateKbps > 0 ? (bytesFromHere * 8) / link.rateKbps : 0;
    latestMs = Math.max(latestMs, atMs + sendingMs);
  }
  return latestMs + link.oneWayDelayMs;
}

/** Delivery efficiency, percent: ideal by actual delivery time. */
export function efficiencyPercent(idealMs: number, actualMs: number): number | null {
  return actualMs > 0 ? (100 * idealMs) / actualMs : null;
}

/** Sample rate and width of the PCM behind the reference efficiency: 48 kHz, 16 bit, mono. */
const REFERENCE_BYTES_PER_MS = 96;

/**
 * The original report's yardstick, percent: the time that uncompressed 48 kHz PCM takes on the empty link, by the
 * delivery time, capped at 100. Not defined on a link without a rate.
 */
export function referenceEfficiencyPercent(
  audioMs: number,
  rateKbps: number,
  deliveryMs: number,
): number | null {
  if (rateKbps <= 0 || deliveryMs <= 0) return null;
  const idealMs = (audioMs * REFERENCE_BYTES_PER_MS * 8) / rateKbps;
  return Math.min(100, (100 * idealMs) / deliveryMs);
}

/** Stability, percent: the share of the speech that was not spent stalled. */
export function stabilityPercent(stallMs: number, audioMs: number): number | null {
  return audioMs > 0 ? Math.max(0, 100 * (1 - stallMs / audioMs)) : null;
}

/** Audio payload by IP bytes counted at the link, percent. */
export function wireEfficiencyPercent(payloadBytes: number, wireBytes: number): number | null {
  return wireBytes > 0 ? (100 * payloadBytes) / wireBytes : null;
}

/** Audio payload by delivery time, bytes per second. */
export function goodputBytesPerSecond(payloadBytes: number, deliveryMs: number): number | null {
  return deliveryMs > 0 ? (1000 * payloadBytes) / deliveryMs : null;
}

/** Where a piece of the source begins, and when it was there; both in ms since the first PCM. */
export interface SourcePiece {
  readonly atMs: number;
  readonly audioStartMs: number;
}

/** One encoded frame: its share of the audio and of the payload. */
export interface FrameSize {
  readonly audioMs: number;
  readonly bytes: number;
}

/**
 * Payload bytes from each piece on: those of all frames that hold audio of the piece or of a later one.
 * `pieces` and `frames` are in order of the audio.
 */
export function toIdealPieces(pieces: readonly SourcePiece[], frames: readonly FrameSize[]): IdealPiece[] {
  let bytesLeft = frames.reduce((sum, { bytes }) => sum + bytes, 0);
  let nextFrame = 0;
  let frameEndMs = frames[0]?.audioMs ?? 0;
  return pieces.map(({ atMs, audioStartMs }) => {
    // A frame that ends where the piece begins holds nothing of it; the margin absorbs rounding.
    while (nextFrame < frames.length && frameEndMs <= audioStartMs + 1e-6) {
      bytesLeft -= frames[nextFrame]?.bytes ?? 0;
      frameEndMs += frames[++nextFrame]?.audioMs ?? 0;
    }
    return { atMs, bytesFromHere: bytesLeft };
  });
}

/** As {@link toIdealPieces} for a lane whose frames are not seen: `totalBytes` spread evenly over `audioMs`. */
export function toEvenIdealPieces(
  pieces: readonly SourcePiece[],
  totalBytes: number,
  audioMs: number,
): IdealPiece[] {
  return pieces.map(({ atMs, audioStartMs }) => ({
    atMs,
    bytesFromHere: audioMs > 0 ? totalBytes * Math.max(0, 1 - audioStartMs / audioMs) : 0,
  }));
}

/**
 * The `share` quantile (0–1) of `values` by linear interpolation between order statistics (Hyndman & Fan 1996,
 * type 7: the default of R and NumPy); `null` for no values.
 */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  return percentileOfSorted(
    [...values].sort((a, b) => a - b),
    share,
  );
}

/** The same of values in ascending order; `NaN` for none. */
export function percentileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * Math.min(1, Math.max(0, share));
  const lower = sorted[Math.floor(position)] ?? NaN;
  const upper = sorted[Math.ceil(position)] ?? NaN;
  return lower + (upper - lower) * (position - Math.floor(position));
}
