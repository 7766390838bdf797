import type { UtteranceMetrics } from '@eloquence/core';
import type { Room } from '@eloquence/livekit-adapter';
import { publishLegacyTrack, speakLegacy } from '@eloquence/legacy-compat';
import type { Clock, EncodedFrame, Event, PcmChunk, SessionEvent } from '@eloquence/plugin-api';

/** What a speaker did for one utterance. */
export interface Sent {
  /** Frames handed over; `null` if not known. */
  readonly frames: number | null;
  /** Time that sending is busy or blocked beyond waiting for the source, per 10 ms of audio; `null` if not known. */
  readonly overheadPerChunkMs: number | null;
  /** The framework's own account, where the framework speaks. */
  readonly metrics?: UtteranceMetrics;
}

/** A way of speaking into a room. */
export interface Speaker {
  /** Lane in use; known for certain after the first utterance. */
  readonly lane: 'data' | 'media' | 'legacy';
  /** The profile in force; `null` where there are none. */
  readonly profile: string | null;
  /** Receivers found on the data lane; `undefined` where nobody counts them. */
  readonly receiverCount?: number | undefined;
  /** Everything that happens in the framework's session. */
  readonly onDidPublishEvent?: Event<SessionEvent>;
  /** Finds the receivers, where they have to be found before the first word. @throws EloquenceError `NO_RECEIVER` */
  open?(signal?: AbortSignal): Promise<void>;
  /**
   * Speaks, and returns when all of it has been played out.
   *
   * @param onFrame told of every frame that is encoded, where frames are seen
   * @throws EloquenceError `DELIVERY_INCOMPLETE`, `CODEC_FAILED` and `PLUGIN_FAILED` are results of the utterance;
   * anything else ends the run
   */
  speak(
    chunks: AsyncIterable<PcmChunk>,
    signal: AbortSignal,
    onFrame: (frame: EncodedFrame) => void,
  ): Promise<Sent>;
  close(): Promise<void>;
}

/** Opens a speaker in a connected room, to which a listener may yet have to subscribe. */
export type OpenSpeaker = (room: Room, tools: { readonly clock: Clock }) => Promise<Speaker>;

/**
 * The 10 ms `captureFrame` loop that the framework replaces.
 *
 * @throws EloquenceError `LANE_UNAVAILABLE` if the track cannot be published.
 */
export const openLegacySpeaker: OpenSpeaker = async (room, { clock }) => {
  const track = await publishLegacyTrack(room);
  return {
    lane: 'legacy',
    profile: null,
    speak: (chunks, signal) => speakLegacy(room, chunks, { clock, signal, track }),
    close: () => track.close(),
  };
};
