export { type LiveKitBinary, PINNED_LIVEKIT_VERSION } from './binary.js';
export { defaultCacheDir } from './cache-folder.js';
export { ensureLiveKitBinary, type MissingBinary } from './ensure-binary.js';
export { findOrStartLiveKitServer } from './find-or-start.js';
export type { LiveKitServer, LiveKitSource, NoLiveKitServer, ServerExit } from './livekit-server.js';
export type { BinaryOptions, FixedPorts, LiveKitServerOptions, StartOptions } from './options.js';
export type { LaunchProgress, LaunchStep } from './progress.js';
export { startLiveKitServer } from './start-server.js';
