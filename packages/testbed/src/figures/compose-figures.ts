import type { UtteranceFigures } from './figures.js';
import {
  efficiencyPercent,
  type FrameSize,
  goodputBytesPerSecond,
  idealDeliveryMs,
  type IdealPiece,
  referenceEfficiencyPercent,
  type SourcePiece,
  stabilityPercent,
  toEvenIdealPieces,
  toIdealPieces,
  wireEfficiencyPercent,
} from './formulas.js';
import type { HeardFrames, HeardSound } from './heard.js';

/** The link as far as the formulas need it. */
export interface MeasuredLink {
  readonly rttMs: number;
  /** kbit/s; 0 is unlimited. */
  readonly rateKbps: number;
}

/** What the sending side knows of one utterance. */
export interface SentUtterance {
  readonly audioMs: number;
  readonly firstPcmAtMs: number;
  readonly pieces: readonly SourcePiece[];
  readonly overheadPerChunkMs: number | null;
  /** IP bytes into the listener's downlink; `null` if nobody counted. */
  readonly wireBytes: number | null;
  readonly link: MeasuredLink;
}

export interface SentFrames extends SentUtterance {
  readonly frames: readonly FrameSize[];
  readonly sha256: string;
}

export interface SentSound extends SentUtterance {
  readonly framesSent: number | null;
  /** Offset of the first loud sample in the source, ms; `null` if all of it is silent. */
  readonly loudOffsetMs: number | null;
}

/** Figures of an utterance that was sent as encoded frames. */
export function composeFrameFigures(sent: SentFrames, heard: HeardFrames): UtteranceFigures {
  const payloadBytes = sent.frames.reduce((sum, { bytes }) => sum + bytes, 0);
  const deliveryMs = since(sent.firstPcmAtMs, heard.lastFrameAtMs);
  return {
    ...timing(
      sent,
      since(sent.firstPcmAtMs, heard.firstAudioAtMs),
      deliveryMs,
      toIdealPieces(sent.pieces, sent.frames),
    ),
    stallMs: heard.stallMs,
    stalls: heard.stalls,
    concealedMs: heard.concealedMs,
    stabilityPercent: stabilityPercent(heard.stallMs, sent.audioMs),
    framesSent: sent.frames.length,
    framesPlayed: heard.framesPlayed,
    framesLost: sent.frames.length - heard.framesPlayed,
    framesDuplicated: heard.framesDuplicated,
    payloadBytes,
    wireBytes: sent.wireBytes,
    wireEfficiencyPercent:
      sent.wireBytes === null ? null : wireEfficiencyPercent(payloadBytes, sent.wireBytes),
    goodputBytesPerSecond: deliveryMs === null ? null : goodputBytesPerSecond(payloadBytes, deliveryMs),
    sha256Sent: sent.sha256,
    sha256Heard: heard.sha256,
  };
}

/**
 * Figures of an utterance that can only be heard. What its packets carry is not seen: the bytes on the wire,
 * spread evenly over the speech, stand for the payload in the ideal delivery time, and frames are not counted
 * at the listener.
 */
export function composeSoundFigures(sent: SentSound, heard: HeardSound): UtteranceFigures {
  const firstLoudMs = since(sent.firstPcmAtMs, heard.firstLoudAtMs);
  const firstAudioMs =
    firstLoudMs === null || sent.loudOffsetMs === null ? null : firstLoudMs - sent.loudOffsetMs;
  const idealPieces = toEvenIdealPieces(sent.pieces, sent.wireBytes ?? 0, sent.audioMs);
  return {
    ...timing(sent, firstAudioMs, since(sent.firstPcmAtMs, heard.lastLoudAtMs), idealPieces),
    stallMs: null,
    stalls: null,
    concealedMs: heard.concealedMs,
    stabilityPercent: null,
    framesSent: sent.framesSent,
    framesPlayed: null,
    framesLost: null,
    framesDuplicated: null,
    payloadBytes: null,
    wireBytes: sent.wireBytes,
    wireEfficiencyPercent: null,
    goodputBytesPerSecond: null,
    sha256Sent: null,
    sha256Heard: null,
  };
}

function timing(
  sent: SentUtterance,
  timeToFirstAudioMs: number | null,
  deliveryMs: number | null,
  pieces: readonly IdealPiece[],
): Pick<
  UtteranceFigures,
  | 'audioMs'
  | 'timeToFirstAudioMs'
  | 'deliveryMs'
  | 'efficiencyPercent'
  | 'referenceEfficiencyPercent'
  | 'overheadPerChunkMs'
> {
  const { audioMs, link, overheadPerChunkMs } = sent;
  const idealMs = idealDeliveryMs(pieces, { rateKbps: link.rateKbps, oneWayDelayMs: link.rttMs / 2 });
  return {
    audioMs,
    timeToFirstAudioMs,
    deliveryMs,
    efficiencyPercent: deliveryMs === null ? null : efficiencyPercent(idealMs, deliveryMs),
    referenceEfficiencyPercent:
      deliveryMs === null ? null : referenceEfficiencyPercent(audioMs, link.rateKbps, deliveryMs),
    overheadPerChunkMs,
  };
}

function since(startMs: number, atMs: number | null): number | null {
  return atMs === null ? null : atMs - startMs;
}
