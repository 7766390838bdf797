import type { ContributionPointName, EloquenceError, PluginState } from '@eloquence/plugin-api';

export interface PluginStateChange {
  readonly pluginId: string;
  readonly from: PluginState;
  readonly to: PluginState;
  /** Why, for `incompatible`, `failed` and `quarantined`. */
  readonly cause?: EloquenceError;
}

export interface PluginQuarantine {
  readonly pluginId: string;
  /** What the plugin was asked to do when it made its last fault, for example `encode`. */
  readonly operation: string;
  readonly faults: number;
  readonly cause: EloquenceError;
}

/** A message that a plugin logged. */
export interface PluginLogEntry {
  readonly pluginId: string;
  readonly level: 'info' | 'warn';
  /** Cut after 2 000 characters. */
  readonly message: string;
}

export interface PluginContributionInfo {
  readonly point: ContributionPointName;
  readonly id: string;
  /** Another plugin was chosen to provide this id. */
  readonly isOverridden: boolean;
}

/** What an inspector shows of a plugin. */
export interface PluginInfo {
  readonly id: string;
  readonly version: string;
  readonly state: PluginState;
  /** Calls that threw, took too long or returned something invalid. */
  readonly faults: number;
  /** Promises of it that were rejected after nobody waited for them any more. */
  readonly lateRejections: number;
  /** How long the import of its code took, ms. */
  readonly loadMs?: number;
  /** How long `activate()` took, ms. */
  readonly activationMs?: number;
  /** The need that loaded it, for example `onCodec:opus`. */
  readonly activatedBy?: string;
  readonly cause?: EloquenceError;
  readonly dependencies: readonly string[];
  readonly contributions: readonly PluginContributionInfo[];
}
