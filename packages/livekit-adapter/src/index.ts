export {
  type AttachReceiverOptions,
  type ReceivedStream,
  type RoomReceiver,
  attachReceiver,
} from './attach-receiver.js';
export {
  type AudioSourceSink,
  type AudioSourceSinkCounters,
  createAudioSourceSink,
} from './audio-source-sink.js';
export type { AudioTrackFeed, SubscribedTrack, TrackBlock } from './audio-track-feed.js';
export { type ConnectRoomOptions, type Room, connectRoom, disposeNativeCore } from './connect-room.js';
export {
  type InboundAudioStats,
  type RtcStatsSource,
  readInboundAudioStats,
  sumInboundAudioSince,
} from './inbound-audio-stats.js';
export { type LivekitRoom, createRoomChannel, isLivekitRoom } from './livekit-room.js';
export {
  type LaneChoice,
  LivekitTransport,
  type LivekitTransportSettings,
  createLivekitTransportFactory,
} from './livekit-transport.js';
export type { LoudnessOptions } from './loudness-detector.js';
export { MediaLane, type MediaLaneOptions } from './media-lane.js';
export {
  MediaReceiver,
  type MediaReceiverCounters,
  type MediaReceiverOptions,
  type MediaSoundEvent,
  type MediaSpeechEndEvent,
  type MediaStreamEndEvent,
  type MediaStreamId,
} from './media-receiver.js';
export type { MediaPublishOptions, MediaTrack, MediaTrackSource, PcmResampler } from './media-track.js';
export { createPcmResampler } from './rtc-media-track.js';
export { type RtcLogLevel, setRtcLogLevel } from './rtc-log.js';
export type { MediaLaneCounters } from './media-lane-counters.js';
export type { MediaLaneRoom } from './media-lane-room.js';
