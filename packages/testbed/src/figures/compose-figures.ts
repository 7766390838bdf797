import type { UtteranceMetrics } from '@eloquence/core';
import { unknownFigures, type UtteranceFigures } from './figures.js';
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
import type { Heard } from '../listener/listener.js';
import { timeToFirstAudioMs } from './first-audio.js';

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
  /** Offset of the first loud sample in the source, ms; `null` if all of it is silent. */
  readonly loudOffsetMs: number | null;
  readonly pieces: readonly SourcePiece[];
  readonly overheadPerChunkMs: number | null;
  /** IP bytes into the listener's downlink; `null` if nobody counted. */
  readonly wireBytes: number | null;
  readonly link: MeasuredLink;
}

export interface SentFrames extends SentUtterance {
  readonly frames: readonly FrameSize[];
  /** Over their payloads; `null` if there were none. */
  readonly sha256: string | null;
}

export interface SentSound extends SentUtterance {
  readonly framesSent: number | null;
}

/** Figures of an utterance that was sent as encoded frames. */
export function composeFrameFigures(
  sent: SentFrames,
  { frames: heard, firstLoudAtMs }: Pick<Heard, 'frames' | 'firstLoudAtMs'>,
): UtteranceFigures {
  const payloadBytes = bytesOf(sent.frames);
  const deliveryMs = since(sent.firstPcmAtMs, heard.lastFrameAtMs);
  return {
    ...timing(sent, firstLoudAtMs, deliveryMs, toIdealPieces(sent.pieces, sent.frames)),
    timeToPlayoutStartMs: since(sent.firstPcmAtMs, heard.playoutStartedAtMs),
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
export function composeSoundFigures(
  sent: SentSound,
  heard: Pick<Heard, 'firstLoudAtMs' | 'lastLoudAtMs' | 'trackConcealedMs'>,
): UtteranceFigures {
  const idealPieces = toEvenIdealPieces(sent.pieces, sent.wireBytes ?? 0, sent.audioMs);
  return {
    ...unknownFigures,
    ...timing(sent, heard.firstLoudAtMs, since(sent.firstPcmAtMs, heard.lastLoudAtMs), idealPieces),
    concealedMs: heard.trackConcealedMs,
    framesSent: sent.framesSent,
    wireBytes: sent.wireBytes,
  };
}

/** Figures of an utterance that nobody measured at the listener: the sender's own account of its reports. */
export function composeSenderFigures(
  sent: SentFrames & SentSound,
  reported: UtteranceMetrics | undefined,
): UtteranceFigures {
  return {
    ...unknownFigures,
    audioMs: sent.audioMs,
    overheadPerChunkMs: sent.overheadPerChunkMs,
    timeToFirstAudioMs: reported?.timeToFirstAudioMs ?? null,
    deliveryMs: reported?.deliveryMs ?? null,
    efficiencyPercent: reported?.efficiencyPercent ?? null,
    stallMs: reported?.stalledMs ?? null,
    stalls: reported?.stalls ?? null,
    concealedMs: reported?.concealedMs ?? null,
    stabilityPercent: reported?.stabilityPercent ?? null,
    framesSent: reported?.framesSent ?? sent.framesSent ?? sent.frames.length,
    framesPlayed: reported?.framesPlayed ?? null,
    framesLost: reported?.framesLost ?? null,
    payloadBytes: sent.frames.length === 0 ? null : bytesOf(sent.frames),
    wireBytes: sent.wireBytes,
    goodputBytesPerSecond: reported?.goodputBytesPerSecond ?? null,
    sha256Sent: sent.sha256,
  };
}

function timing(
  sent: SentUtterance,
  firstLoudAtMs: number | null,
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
    timeToFirstAudioMs: timeToFirstAudioMs(sent, firstLoudAtMs),
    deliveryMs,
    efficiencyPercent: deliveryMs === null ? null : efficiencyPercent(idealMs, deliveryMs),
    referenceEfficiencyPercent:
      deliveryMs === null ? null : referenceEfficiencyPercent(audioMs, link.rateKbps, deliveryMs),
    overheadPerChunkMs,
  };
}

function bytesOf(frames: readonly FrameSize[]): number {
  return frames.reduce((sum, { bytes }) => sum + bytes, 0);
}

function since(startMs: number, atMs: number | null): number | null {
  return atMs === null ? null : atMs - startMs;
}
