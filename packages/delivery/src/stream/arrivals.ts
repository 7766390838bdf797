import { type ReportPacket, elapsedSinceEcho, reportBitmapBits } from '@eloquence/wire';

/** What a report says has arrived, its sequence number a full count. */
export interface Arrivals {
  /** Every packet below has arrived. */
  readonly nextSequence: number;
  readonly bitmapLow: number;
  readonly bitmapHigh: number;
}

/** Whether packet `sequence` is among those that have arrived. */
export function isReported(arrivals: Arrivals, sequence: number): boolean {
  if (sequence < arrivals.nextSequence) return true;
  const bit = sequence - arrivals.nextSequence - 1;
  if (bit < 0 || bit >= reportBitmapBits) return false;
  const word = bit < 32 ? arrivals.bitmapLow : arrivals.bitmapHigh;
  return ((word >>> (bit & 31)) & 1) === 1;
}

/** Highest packet that has arrived; −1 if none. */
export function highestReported({ nextSequence, bitmapLow, bitmapHigh }: Arrivals): number {
  if (bitmapHigh !== 0) return nextSequence + 64 - Math.clz32(bitmapHigh);
  if (bitmapLow !== 0) return nextSequence + 32 - Math.clz32(bitmapLow);
  return nextSequence - 1;
}

/** Last packet of which a report tells whether it has arrived. */
export function lastTold({ nextSequence }: Arrivals): number {
  return nextSequence + reportBitmapBits;
}

/** Send time of the packet that had arrived last when this report was made, on the sender's clock; −∞ if unknown. */
export function latestArrivedSendTimeMs({ echo }: ReportPacket, nowMs: number): number {
  const elapsedMs = echo && elapsedSinceEcho(echo, nowMs);
  return elapsedMs === undefined ? Number.NEGATIVE_INFINITY : nowMs - elapsedMs;
}
