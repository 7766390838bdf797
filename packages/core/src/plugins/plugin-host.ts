import type { Clock, ContributionPointName, Decision, Event, PluginDescriptor } from '@eloquence/plugin-api';
import type { Contributions } from '../contributions/contribution-lookup.js';
import type { Settings } from './plugin-configuration.js';
import type { Guard, GuardOptions } from './guard.js';
import type { PluginActivatorOptions } from './plugin-activator.js';
import type { PluginConfiguration } from './plugin-configuration.js';
import type { PluginRegistryOptions } from './plugin-registry.js';
import type {
  PluginFault,
  PluginInfo,
  PluginLogEntry,
  PluginQuarantine,
  PluginStateChange,
} from './plugin-state.js';

/** Time limits of what plugins do. */
export type PluginLimits = Pick<
  PluginActivatorOptions,
  'loadLimitMs' | 'activateLimitMs' | 'deactivateLimitMs'
>;

export interface PluginHostOptions extends PluginRegistryOptions, PluginLimits {
  /** The plugins, in any order. */
  readonly descriptors: readonly PluginDescriptor[];
  readonly clock: Clock;
  /** The application's settings for plugins, by the plugin's name. */
  readonly configuration?: PluginConfiguration | undefined;
}

/** Everything that plugins contribute, and what became of the plugins. */
export interface PluginHost {
  readonly contributions: Contributions;
  /** All plugins, sorted by name, whatever their state. */
  plugins(): PluginInfo[];
  /**
   * Settings of a plugin with those of one session on top; the plugin itself was given those without.
   *
   * @throws EloquenceError `CONFIGURATION_INVALID`, `PLUGIN_INVALID`
   */
  configurationOf(pluginId: string, session?: Settings): Settings;
  /**
   * Makes the guard for one kind of call into a plugin. Make it once for a stream and use it for every frame.
   *
   * @param operation what the plugin is asked to do, for inspectors: for example `encode`
   * @throws EloquenceError `OPTION_INVALID` if there is no such plugin
   */
  guard(pluginId: string, operation: string, options?: GuardOptions): Guard;
  /**
   * Takes a plugin out of use, and those that need it. At once, guards of running streams use their fallbacks and
   * its ids go to other plugins that contribute them; then it is deactivated. Disabling it again does nothing.
   *
   * @throws EloquenceError `OPTION_INVALID` if there is no such plugin, `DISPOSED`; an `AggregateError` if a plugin
   * did not end well, though it is out of use all the same
   */
  disable(pluginId: string): Promise<void>;
  /**
   * Puts a disabled plugin back, its faults forgiven. It is activated when it is next needed. Ends those that lose
   * an id to it, by the same rule as if it had been there from the start.
   *
   * @throws EloquenceError `OPTION_INVALID` if there is no such plugin, `DISPOSED`
   */
  enable(pluginId: string): Promise<void>;
  /**
   * Chooses which of several plugins provides an id from now on, or takes the choice back. What already runs on the
   * one before goes on until it ends.
   *
   * @throws EloquenceError `CONFIGURATION_INVALID` if the plugin does not contribute the id, `DISPOSED`
   */
  choose(point: ContributionPointName, id: string, pluginId: string | undefined): Promise<void>;
  /** Notes a decision of a session, with the forecaster that it asked: inspectors show it with the plugins that made it. */
  recordDecision(decision: Decision, forecasterId: string): void;
  /** Fires for every call into a plugin that failed and was replaced by its fallback. */
  readonly onDidRecordFault: Event<PluginFault>;
  /** Fires once for a plugin that is not used any more after its faults. */
  readonly onDidQuarantinePlugin: Event<PluginQuarantine>;
  readonly onDidChangePluginState: Event<PluginStateChange>;
  readonly onDidLog: Event<PluginLogEntry>;
  /** Ends all plugins, once. Rejects with one `AggregateError` if some did not end well; all are ended even so. */
  dispose(): Promise<void>;
}
