import { type ReportPacket, reportBitmapBits } from '@eloquence/wire';
import type { OutgoingPacket } from '../utterance/packetizer.js';
import { elapsedSince } from '../send-time.js';

/** One packet on its way to one receiver. */
export interface SentPacket {
  readonly packet: OutgoingPacket;
  transmissions: number;
  lastSentAtMs: number;
  isAcknowledged: boolean;
  /** Sent again before anything was known of the first attempt: whether that got through cannot be told. */
  isHedged: boolean;
  isLost: boolean;
}

/** Whether packet `sequence` is among those that a report says have arrived. */
export function isReported(
  report: { readonly nextSequence: number; readonly bitmapLow: number; readonly bitmapHigh: number },
  sequence: number,
): boolean {
  if (sequence < report.nextSequence) return true;
  const bit = sequence - report.nextSequence - 1;
  if (bit < 0 || bit >= reportBitmapBits) return false;
  const word = bit < 32 ? report.bitmapLow : report.bitmapHigh;
  return ((word >>> (bit & 31)) & 1) === 1;
}

/** Highest packet that a report says has arrived; −1 if none. */
export function highestReported(report: {
  readonly nextSequence: number;
  readonly bitmapLow: number;
  readonly bitmapHigh: number;
}): number {
  if (report.bitmapHigh !== 0) return report.nextSequence + 64 - Math.clz32(report.bitmapHigh);
  if (report.bitmapLow !== 0) return report.nextSequence + 32 - Math.clz32(report.bitmapLow);
  return report.nextSequence - 1;
}

/** Last packet of which a report tells whether it has arrived. */
export function lastTold(report: { readonly nextSequence: number }): number {
  return report.nextSequence + reportBitmapBits;
}

/**
 * When the packet was sent that had reached the receiver last before it made this report; `-Infinity` if the report
 * does not say.
 */
export function latestArrivedSendTimeMs({ echo }: ReportPacket, nowMs: number): number {
  if (echo === undefined) return Number.NEGATIVE_INFINITY;
  return nowMs - elapsedSince(echo.sendTimeMs, nowMs);
}
