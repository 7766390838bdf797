export { type LegacyTrack, legacyQueueMs, legacySampleRateHz, publishLegacyTrack } from './legacy-track.js';
export {
  type LegacyFrameTiming,
  type LegacyResult,
  type SpeakLegacyOptions,
  speakLegacy,
} from './speak-legacy.js';
