export { attachPlayer } from './attach-player.js';
export type { CaptionSource, WordHeardEvent } from './captions/caption-track.js';
export type { SoundingEvent } from './engine/engine-protocol.js';
export type { OutputStateName } from './host/audio-output.js';
export type { TrackFilter } from './media/media-output.js';
export type {
  HeardLane,
  LaneChangeEvent,
  Player,
  PlayerFaultEvent,
  PlayerOptions,
  PlayerStats,
  SpeakerStats,
} from './player.js';
export type { PlayerRoom } from './room/player-room.js';
