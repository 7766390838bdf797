import type { EloquenceError, WordTiming } from '@eloquence/plugin-api';
import type { PlayoutEvent, PlayoutOutcome } from '../schedule/playout-events.js';
import type { Utterance } from '../depacketize/utterance.js';

/** One stream of speech: a sender's identity and one of its 16 channels. */
export interface SpeechStreamId {
  readonly sender: string;
  readonly channel: number;
}

/** Which utterance an event is about, and when it happened on the injected clock. */
export interface UtteranceEvent extends SpeechStreamId {
  readonly utteranceSequence: number;
  readonly atMs: number;
}

/** A packet brought frames that had not been there. */
export interface FramesReceivedEvent extends UtteranceEvent {
  readonly firstFrame: number;
  readonly frameCount: number;
  readonly payloadBytes: number;
}

/** What is said when, told ahead of the sound, with it, or late. Each word is told once. */
export interface WordsReceivedEvent extends UtteranceEvent {
  /** Index within the utterance of the first of these words. */
  readonly firstWord: number;
  /** In the order of their times, which count from the start of the utterance. */
  readonly words: readonly WordTiming[];
}

export interface FramePlayedEvent extends UtteranceEvent {
  readonly index: number;
  /** The encoded frame as it was sent. Not changed later; may be kept. */
  readonly payload: Uint8Array;
}

/** Everything that is known of an utterance once it ended here. */
export interface UtteranceFinishedEvent extends UtteranceEvent {
  readonly outcome: PlayoutOutcome;
  /** Frames of the utterance; of a part that never ended, those that are known to exist. */
  readonly frameCount: number;
  /** The frame with which it began here; after 0 for a receiver that came while it was being spoken. */
  readonly firstFrame: number;
  /** Different frames that left for the sink, decoded as they were sent. */
  readonly framesPlayed: number;
  /** Frames that left for the sink, but filled in because they could not be decoded. */
  readonly framesConcealed: number;
  /** Frames that playout went on without. Of a flushed utterance 0: nobody wanted the rest. */
  readonly framesLost: number;
  /** Frames that left for the sink twice. */
  readonly framesDuplicated: number;
  /** Frames that arrived after playout had needed them. */
  readonly lateFrames: number;
  readonly stalls: number;
  readonly stalledMs: number;
  /** Made-up audio: in place of frames that could not be decoded, or added where a repeat was waited for. */
  readonly concealedMs: number;
  /** Audio that speech and pauses were made longer by, to put off a stall or to follow the sender's clock; 0 if absent. */
  readonly stretchedMs?: number;
  /** Audio that was left out, a period of the voice at a time, to follow the sender's clock; 0 if absent. */
  readonly shortenedMs?: number;
  /** Samples handed to the sink, without padding. */
  readonly sampleCount: number;
  readonly firstPacketAtMs: number;
  readonly lastFrameAtMs?: number | undefined;
  /** When the last missing frame arrived. */
  readonly completedAtMs?: number | undefined;
  readonly startedAtMs?: number | undefined;
}

/** A codec or a sink fails; playout goes on. */
export interface StreamFaultEvent extends SpeechStreamId {
  readonly atMs: number;
  readonly error: EloquenceError;
}

/** The events of a receiver by their names. */
export interface SpeechEvents {
  /** The first packet of an utterance arrived. */
  startUtterance: UtteranceEvent;
  receiveFrames: FramesReceivedEvent;
  /** The first block of an utterance is handed to the sink. */
  startPlayout: UtteranceEvent;
  /** Playout wanted a frame that was not there. */
  stall: UtteranceEvent;
  resume: UtteranceEvent;
  /** A frame left for the sink. Told once for every frame, in order of the indices. */
  playFrame: FramePlayedEvent;
  /** Words of an utterance that has not ended became known. */
  receiveWords: WordsReceivedEvent;
  finishUtterance: UtteranceFinishedEvent;
  fault: StreamFaultEvent;
}

/** Any event of a receiver. */
export type SpeechEvent = {
  [T in keyof SpeechEvents]: { readonly type: T; readonly event: SpeechEvents[T] };
}[keyof SpeechEvents];

/** What listeners are told of what happens in a stream's playout. */
export function toSpeechEvent(id: SpeechStreamId, happened: PlayoutEvent, nowMs: number): SpeechEvent {
  switch (happened.type) {
    case 'fault':
      return { type: 'fault', event: { ...id, atMs: nowMs, error: happened.error } };
    case 'playFrame': {
      const { index, payload } = happened.frame;
      const { utteranceSequence } = happened.utterance;
      return { type: 'playFrame', event: { ...id, utteranceSequence, atMs: nowMs, index, payload } };
    }
    case 'finishUtterance':
      return {
        type: 'finishUtterance',
        event: summarizeUtterance(id, happened.utterance, happened.outcome, happened.atMs),
      };
    default: {
      const { type, utterance, atMs } = happened;
      return { type, event: { ...id, utteranceSequence: utterance.utteranceSequence, atMs } };
    }
  }
}

function summarizeUtterance(
  stream: SpeechStreamId,
  utterance: Utterance,
  outcome: PlayoutOutcome,
  atMs: number,
): UtteranceFinishedEvent {
  const { progress } = utterance;
  return {
    sender: stream.sender,
    channel: stream.channel,
    utteranceSequence: utterance.utteranceSequence,
    atMs,
    outcome,
    frameCount: utterance.knownFrames,
    firstFrame: utterance.frames.firstFrame,
    framesPlayed: progress.framesPlayed,
    framesConcealed: progress.framesConcealed,
    framesLost:
      outcome === 'flushed'
        ? 0
        : utterance.knownFrames - utterance.frames.firstFrame - progress.framesHandedOn,
    framesDuplicated: progress.framesDuplicated,
    lateFrames: progress.lateFrames,
    stalls: progress.stalls,
    stalledMs: progress.stalledMs(atMs),
    concealedMs: progress.concealedMs,
    stretchedMs: progress.stretchedMs,
    shortenedMs: progress.shortenedMs,
    sampleCount: progress.sampleCount,
    firstPacketAtMs: utterance.firstPacketAtMs,
    lastFrameAtMs: utterance.lastFrameAtMs,
    completedAtMs: utterance.completedAtMs,
    startedAtMs: progress.startedAtMs,
  };
}
