export { type ContinuationEvent, Continuations, type NamedTrack } from './continuations.js';
export type { PublishCounters } from './publish-queue.js';
export { RoomChannel, type RoomChannelCounters } from './room-channel.js';
export {
  type RoomEvents,
  type RoomParticipant,
  type RoomPort,
  type RoomPublishOptions,
  type SharedRoom,
  listenTo,
} from './room-port.js';
