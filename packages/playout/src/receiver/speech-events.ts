import type { EloquenceError, WordTiming } from '@eloquence/plugin-api';
import type { PlayoutOutcome } from '../engine/playout-options.js';

/** One stream of speech: a sender's identity and one of its 16 channels. */
export interface SpeechStreamId {
  readonly sender: string;
  readonly channel: number;
}

/** Which utterance an event is about, and when it happened on the injected clock. */
export interface UtteranceEvent extends SpeechStreamId {
  readonly generation: number;
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
  readonly lastFrameAtMs?: number;
  /** When the last missing frame arrived. */
  readonly completedAtMs?: number;
  readonly startedAtMs?: number;
}

/** A codec or a sink fails; playout goes on. */
export interface StreamFaultEvent extends SpeechStreamId {
  readonly atMs: number;
  readonly error: EloquenceError;
}
