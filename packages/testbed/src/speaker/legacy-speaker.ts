import { publishLegacyTrack, speakLegacy } from '@eloquence/legacy-compat';
import type { OpenSoundSpeaker } from './sound-speaker.js';

/**
 * The 10 ms `captureFrame` loop that the framework replaces.
 *
 * @throws EloquenceError `LANE_UNAVAILABLE` if the track cannot be published.
 */
export const openLegacySpeaker: OpenSoundSpeaker = async (room, { clock }) => {
  const track = await publishLegacyTrack(room);
  return {
    speak: (chunks, signal) => speakLegacy(room, chunks, { clock, signal, track }),
    close: () => track.close(),
  };
};
