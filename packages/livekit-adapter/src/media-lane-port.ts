import type { Clock } from '@eloquence/plugin-api';
import type { MediaLaneCounters } from './media-lane-counters.js';
import type { MediaLaneRoom } from './media-lane-room.js';
import type { MediaTrack, PcmResampler } from './media-track.js';

/** What an utterance needs of its lane. */
export interface MediaLanePort {
  readonly clock: Clock;
  readonly room: MediaLaneRoom;
  readonly counters: MediaLaneCounters;
  readonly captureTimeoutMs: number;
  readonly reconnectTimeoutMs: number;
  /** The published track, once somebody listens. */
  openTrack(sampleRateHz: number, signal: AbortSignal): Promise<MediaTrack>;
  createResampler(fromHz: number, toHz: number): PcmResampler;
  /** The track takes no more audio: the next utterance needs another one. */
  reportBrokenTrack(): void;
}
