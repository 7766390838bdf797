import type { SentUtterance } from './compose-figures.js';
import type { UtteranceFigures } from './figures.js';
import type { FrameSize } from './formulas.js';

/** What the sending side learnt from the receiver's reports; absent where it did not. */
export interface ReportedFigures {
  readonly timeToFirstAudioMs?: number;
  readonly deliveryMs?: number;
  readonly efficiencyPercent?: number;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly concealedMs: number;
  readonly stabilityPercent: number;
  readonly framesSent: number;
  readonly framesPlayed: number;
  readonly framesLost: number;
  readonly goodputBytesPerSecond?: number;
}

/** Figures of an utterance that nobody measured at the listener: the sender's own account. */
export function composeSenderFigures(
  sent: SentUtterance & { readonly frames: readonly FrameSize[]; readonly sha256: string | null },
  reported: ReportedFigures | undefined,
): UtteranceFigures {
  return {
    audioMs: sent.audioMs,
    timeToFirstAudioMs: reported?.timeToFirstAudioMs ?? null,
    deliveryMs: reported?.deliveryMs ?? null,
    efficiencyPercent: reported?.efficiencyPercent ?? null,
    referenceEfficiencyPercent: null,
    overheadPerChunkMs: sent.overheadPerChunkMs,
    stallMs: reported?.stalledMs ?? null,
    stalls: reported?.stalls ?? null,
    concealedMs: reported?.concealedMs ?? null,
    stabilityPercent: reported?.stabilityPercent ?? null,
    framesSent: reported?.framesSent ?? sent.frames.length,
    framesPlayed: reported?.framesPlayed ?? null,
    framesLost: reported?.framesLost ?? null,
    framesDuplicated: null,
    payloadBytes: sent.frames.length === 0 ? null : sent.frames.reduce((sum, { bytes }) => sum + bytes, 0),
    wireBytes: sent.wireBytes,
    wireEfficiencyPercent: null,
    goodputBytesPerSecond: reported?.goodputBytesPerSecond ?? null,
    sha256Sent: sent.sha256,
    sha256Heard: null,
  };
}
