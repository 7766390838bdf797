export {
  type FakeConnectionState,
  FakeLivekitRoom,
  type FakeParticipant,
  type PublishedData,
} from './fake-livekit-room.js';
export { simulatedTransportPlugin } from './simulated-plugin.js';
export {
  type SimulatedParticipant,
  SimulatedRoom,
  type SimulatedRoomOptions,
  type SimulatedTrackNews,
  type SimulatedTrackSound,
} from './simulated-room.js';
export { type SimulatedTarget, type SimulatedTargetOptions, simulatedTarget } from './simulated-transport.js';
