export { type ConnectRoomOptions, type Room, connectRoom, disposeNativeCore } from './connect-room.js';
export { type LivekitRoom, isLivekitRoom } from './livekit-room.js';
export {
  type LaneChoice,
  LivekitTransport,
  type LivekitTransportSettings,
  createLivekitTransportFactory,
} from './livekit-transport.js';
export {
  MediaLane,
  type MediaLaneCounters,
  type MediaLaneOptions,
  type MediaLaneRoom,
} from './media-lane.js';
export type { MediaPublishOptions, MediaTrack, MediaTrackSource, PcmResampler } from './media-track.js';
export type { PublishCounters } from './publish-queue.js';
export {
  RoomChannel,
  type RoomChannelCounters,
  createRoomChannel,
  maxRoomPacketBytes,
} from './room-channel.js';
export { type RtcLogLevel, setRtcLogLevel } from './rtc-log.js';
