import type { ContributionOverrides, PluginConfiguration } from '@eloquence/core';
import type { ApiProposalName, PluginDescriptor } from '@eloquence/plugin-api';
import type { StreamerOptions } from '../streamer-options.js';

/** Defaults of the streamer that a configuration file may set. */
export type StreamerDefaults = Pick<
  StreamerOptions,
  | 'profile'
  | 'scenario'
  | 'policy'
  | 'forecaster'
  | 'lane'
  | 'ttsEngine'
  | 'voice'
  | 'textFilters'
  | 'sampleRateHz'
  | 'preloadVoice'
  | 'maxQueuedUtterances'
  | 'seed'
>;

/** What `eloquence.config.{json,mjs,ts}` holds. Every part may be left out. */
export interface EloquenceConfig {
  /** For editors; ignored. */
  readonly $schema?: string;
  /** Plugins beside those found: names of installed packages, or in code also descriptors. */
  readonly plugins?: readonly (string | PluginDescriptor)[];
  /** Look for plugins among the application's dependencies, by the keyword `eloquence-plugin`. Default true. */
  readonly discover?: boolean;
  /** Names of plugins to keep out. */
  readonly disable?: readonly string[];
  /** Plugins that take the place of others: name of the one that goes → package that comes. */
  readonly replace?: Readonly<Record<string, string>>;
  /** Who provides an id that several plugins contribute: point → id → name of the plugin. */
  readonly overrides?: ContributionOverrides;
  /** Settings of plugins: name of the plugin → its settings. */
  readonly configuration?: PluginConfiguration;
  /** Parts of the plugin API that are not final and that plugins may use in this application. */
  readonly apiProposals?: readonly ApiProposalName[];
  /** Ids of the monitors that watch; all that are installed if absent. */
  readonly monitors?: readonly string[];
  /** Defaults of `AdaptiveAudioStreamer`; options given in code win. */
  readonly streamer?: StreamerDefaults;
}

/** Types the configuration in `eloquence.config.mjs` or `.ts`; returns it unchanged. */
export function defineConfig(config: EloquenceConfig): EloquenceConfig {
  return config;
}
