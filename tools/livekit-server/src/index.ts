export { defaultCacheDir, type LiveKitBinary, PINNED_LIVEKIT_VERSION } from './binary.js';
export { ensureLiveKitBinary, type MissingBinary } from './ensure-binary.js';
export { findOrStartLiveKitServer } from './find-or-start.js';
export type {
  BinaryOptions,
  FixedPorts,
  LaunchProgress,
  LaunchStep,
  LiveKitServer,
  LiveKitServerOptions,
  LiveKitSource,
  NoLiveKitServer,
  ServerExit,
  StartOptions,
} from './livekit-server.js';
export { startLiveKitServer } from './start-server.js';
