import type { PlayoutOutcome } from '../engine/playout-options.js';
import type { Utterance } from '../engine/utterance.js';
import type { SpeechStreamId, UtteranceFinishedEvent } from './speech-events.js';

export function summarizeUtterance(
  stream: SpeechStreamId,
  utterance: Utterance,
  outcome: PlayoutOutcome,
  atMs: number,
): UtteranceFinishedEvent {
  const { progress } = utterance;
  return {
    sender: stream.sender,
    channel: stream.channel,
    generation: utterance.generation,
    atMs,
    outcome,
    frameCount: utterance.knownFrames,
    framesPlayed: progress.framesPlayed,
    framesConcealed: progress.framesConcealed,
    framesLost: outcome === 'flushed' ? 0 : utterance.knownFrames - progress.framesHandedOn,
    framesDuplicated: progress.framesDuplicated,
    lateFrames: progress.lateFrames,
    stalls: progress.stalls,
    stalledMs: progress.stalledMs(atMs),
    concealedMs: progress.concealedMs,
    stretchedMs: progress.stretchedMs,
    shortenedMs: progress.shortenedMs,
    sampleCount: progress.sampleCount,
    firstPacketAtMs: utterance.firstPacketAtMs,
    ...(utterance.lastFrameAtMs === undefined ? {} : { lastFrameAtMs: utterance.lastFrameAtMs }),
    ...(utterance.completedAtMs === undefined ? {} : { completedAtMs: utterance.completedAtMs }),
    ...(progress.startedAtMs === undefined ? {} : { startedAtMs: progress.startedAtMs }),
  };
}
