export { AdaptiveAudioStreamer, type SpeakOptions } from './adaptive-audio-streamer.js';
export {
  type ConnectRoomOptions,
  type RtcLogLevel,
  connectRoom,
  disposeNativeCore,
  setRtcLogLevel,
} from '@eloquence/livekit-adapter';
export { withDefaultPlugins } from './default-plugins.js';
export type { ProfileId, StreamerOptions } from './streamer-options.js';
export type { ForecastCalibration } from '@eloquence/base';
export type { Decision, LinkState, Scenario } from '@eloquence/plugin-api';
export type {
  PluginInfo,
  PluginLogEntry,
  SayOptions,
  SpeechInput,
  Utterance,
  UtteranceMetrics,
  UtteranceState,
} from '@eloquence/core';
export { type AttachListenerOptions, type Listener, attachListener } from './attach-listener.js';
export {
  type DiscoverPluginsOptions,
  type DiscoveredPlugins,
  discoverPlugins,
} from './discovery/discover-plugins.js';
export { type DiagnosePluginsOptions, diagnosePlugins } from './doctor/diagnose-plugins.js';
export { configJsonSchema } from './config/config-schema.js';
export { type EloquenceConfig, type StreamerDefaults, defineConfig } from './config/eloquence-config.js';
export {
  type LoadConfigOptions,
  type LoadedConfig,
  type PluginOrigin,
  loadConfig,
} from './config/load-config.js';
