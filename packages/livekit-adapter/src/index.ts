export {
  type AttachReceiverOptions,
  type ReceivedStream,
  type RoomReceiver,
  attachReceiver,
} from './attach-receiver.js';
export { type AudioSourceSink, createAudioSourceSink } from './audio-source-sink.js';
export { type ConnectRoomOptions, type Room, connectRoom, disposeNativeCore } from './connect-room.js';
export { type InboundAudioStats, sumInboundAudioSince } from './inbound-audio-stats.js';
export { type LivekitRoom, createRoomChannel } from './livekit-room.js';
export { type LivekitTransportSettings, createLivekitTransportFactory } from './livekit-transport.js';
export type { MediaReceiver } from './media-receiver.js';
export { type RtcLogLevel, setRtcLogLevel } from './rtc-log.js';
export type { PcmResampler } from './media-track.js';
export { createPcmResampler } from './rtc-media-track.js';
