export type { ContributionRemoval, OwnedContributionEntry } from './contributions/contribution-lookup.js';
export { ContributionLookup } from './contributions/contribution-lookup.js';
export type { Contributions } from './contributions/contribution-lookup.js';
export { type SchemaProblem, checkAgainstSchema } from './plugins/check-against-schema.js';
export { type ManifestCheck, type ManifestProblem, checkManifest } from './plugins/check-manifest.js';
export type { Settings } from './plugins/configuration-merge.js';
export type { ContributionOverrides } from './plugins/contribution-claims.js';
export type { Guard, GuardOptions } from './plugins/guard.js';
export { diagnoseHost } from './plugins/inspect/diagnose-host.js';
export {
  type LoadReason,
  type PluginReport,
  type ReportedError,
  inspectPlugins,
} from './plugins/inspect/inspect-plugins.js';
export type { FindingSeverity, PluginFinding } from './plugins/inspect/plugin-finding.js';
export { manifestJsonSchema } from './plugins/manifest-schema.js';
export { type DiagnosePluginsOptions, diagnosePlugins } from './plugins/node/diagnose-plugins.js';
export {
  type DiscoverPluginsOptions,
  type DiscoveredPlugins,
  discoverPlugins,
} from './plugins/node/discover-plugins.js';
export { type MonitorStatus } from './monitoring/session-monitors.js';
export { type TextPosition, findJsonPosition, positionAt } from './plugins/node/json-position.js';
export type { PluginConfiguration } from './plugins/plugin-configuration.js';
export { createPluginHost } from './plugins/default-plugin-host.js';
export type { PluginHost, PluginHostOptions } from './plugins/plugin-host.js';
export {
  PluginRegistry,
  type PluginRegistryOptions,
  type RegisteredPlugin,
} from './plugins/plugin-registry.js';
export type {
  PluginContributionInfo,
  PluginFault,
  PluginDecisions,
  PluginInfo,
  PluginLogEntry,
  PluginQuarantine,
  PluginStateChange,
} from './plugins/plugin-state.js';
export {
  type IdealDelivery,
  type SourcePiece,
  deliveryEfficiencyPercent,
  idealDeliveryMs,
} from './session/delivery-efficiency.js';
export {
  type AdaptableStream,
  AdaptationLoop,
  type ChosenSettings,
  type UtteranceWish,
} from './session/adaptation/adaptation-loop.js';
export type { AdaptationEquipment, GuardedSelector } from './session/adaptation/adaptation-equipment.js';
export { NarrowLink } from './session/adaptation/narrow-link.js';
export { DecisionLog, type ReplayedDecision, replayDecisions } from './session/adaptation/decision-log.js';
export type { CreateForecaster, GuardedForecaster } from './session/adaptation/outlooks.js';
export type { KernelOptions } from './composition-root.js';
export { type Kernel, createKernel } from './kernel.js';
export { kernelTokens } from './kernel-tokens.js';
export type { SessionSettings } from './session/session-settings.js';
export { Session } from './session/session.js';
export type { SpeechInput } from './session/speech-input.js';
export type { SayOptions, Utterance, UtteranceState } from './session/utterance.js';
export type { PluginState, UtteranceFault, UtteranceMetrics } from '@eloquence/plugin-api';
export { Framer, type FramerOptions, type PcmFrame } from './audio/framer.js';
export { Resampler } from './audio/resampler.js';
