import type { ContributionPointName, EloquenceError, PluginState } from '@eloquence/plugin-api';

export interface PluginStateChange {
  readonly pluginId: string;
  readonly from: PluginState;
  readonly to: PluginState;
  /** Why, for `incompatible`, `failed` and `quarantined`. */
  readonly cause?: EloquenceError;
}

/** A call into a plugin that failed and was replaced by its fallback. */
export interface PluginFault {
  readonly pluginId: string;
  /** What the plugin was asked to do, for example `encode`. */
  readonly operation: string;
  /** All faults of the plugin so far. */
  readonly faults: number;
  readonly cause: EloquenceError;
}

/** The fault after which a plugin is not used any more. */
export type PluginQuarantine = PluginFault;

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
  /** Why it cannot be used. */
  readonly cause?: EloquenceError;
  /** What went wrong last in a call that was replaced by its fallback. */
  readonly lastFault?: EloquenceError;
  /** The `package.json` that its manifest came from, if known. */
  readonly file?: string;
  /** Range of the plugin API that it asks for. */
  readonly engine?: string;
  readonly dependencies: readonly string[];
  readonly contributions: readonly PluginContributionInfo[];
}
