import { EloquenceError, toEloquenceError } from '@eloquence/plugin-api';
import {
  AudioFrame,
  AudioSource,
  LocalAudioTrack,
  type Room,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node';

/** The sample rate of the 10 ms loop, Hz. */
export const legacySampleRateHz = 48_000;

/** Audio that the source takes ahead of the 10 ms pace, ms: the value of LiveKit Agents. rtc-node's own is 1000. */
export const legacyQueueMs = 200;

/** An audio track with everything at its default, as most programs publish it. */
export interface LegacyTrack {
  captureFrame(samples: Int16Array): Promise<void>;
  clearQueue(): void;
  waitForPlayout(): Promise<void>;
  waitForSubscription(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param queueMs a multiple of 10
 * @throws EloquenceError `CONNECTION_LOST`, `LANE_UNAVAILABLE`
 */
export async function publishLegacyTrack(room: Room, queueMs: number = legacyQueueMs): Promise<LegacyTrack> {
  const local = room.localParticipant;
  if (local === undefined)
    throw new EloquenceError('CONNECTION_LOST', 'The room is not connected.', {
      hint: 'Connect the room before speaking into it.',
    });
  const source = new AudioSource(legacySampleRateHz, 1, queueMs);
  const track = LocalAudioTrack.createAudioTrack('legacy', source);
  const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
  const publication = await local.publishTrack(track, options).catch(async (error: unknown) => {
    await track.close(true);
    throw toEloquenceError(error, 'LANE_UNAVAILABLE', 'Check that the token grants canPublish.');
  });
  return {
    captureFrame: (samples) =>
      source.captureFrame(new AudioFrame(samples, legacySampleRateHz, 1, samples.length)),
    clearQueue: () => source.clearQueue(),
    waitForPlayout: () => source.waitForPlayout(),
    waitForSubscription: () => publication.waitForSubscription(),
    async close() {
      try {
        if (room.isConnected && publication.sid !== undefined)
          await local.unpublishTrack(publication.sid, true);
      } finally {
        await track.close(true);
      }
    },
  };
}
