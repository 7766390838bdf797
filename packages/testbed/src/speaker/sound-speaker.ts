import type { Room } from '@eloquence/livekit-adapter';
import type { Clock, PcmChunk } from '@eloquence/plugin-api';

/** What a sound speaker did for one utterance. */
export interface SoundSent {
  readonly frames: number | null;
  /** Time that sending is busy or blocked beyond waiting for the source, per 10 ms of audio; `null` if not known. */
  readonly overheadPerChunkMs: number | null;
}

/** Speaks into a room through an audio track, in whatever way. */
export interface SoundSpeaker {
  /**
   * Speaks, and returns when all of it has been played out.
   *
   * @throws EloquenceError `DELIVERY_INCOMPLETE` is a result of the utterance; anything else ends the run
   */
  speak(chunks: AsyncIterable<PcmChunk>, signal: AbortSignal): Promise<SoundSent>;
  close(): Promise<void>;
}

/** Opens a speaker in a connected room, to which a listener may yet have to subscribe. */
export type OpenSoundSpeaker = (room: Room, tools: { readonly clock: Clock }) => Promise<SoundSpeaker>;
