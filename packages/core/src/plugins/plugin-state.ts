import type { ContributionPointName, EloquenceError, PluginState } from '@eloquence/plugin-api';

export interface PluginStateChange {
  readonly pluginId: string;
  readonly from: PluginState;
  readonly to: PluginState;
  /** Why, for `incompatible`, `failed` and `quarantined`. */
  readonly cause?: EloquenceError | undefined;
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

/** What a policy or a forecaster of a plugin decided, over all sessions. */
export interface PluginDecisions {
  readonly point: 'policies' | 'forecasters';
  readonly id: string;
  /** Decisions that a policy made, or that were made with a forecast of this forecaster. */
  readonly count: number;
  readonly last: {
    /** Clock of the session, ms. */
    readonly atMs: number;
    /** Short name of the rule that decided; `forecast` of a forecaster. */
    readonly rule: string;
    /** One sentence with the figures that decided, or that were forecast. */
    readonly reason: string;
    /** The profile that a policy chose. */
    readonly profileId?: string;
  };
}

/** What an inspector shows of a plugin. */
export interface PluginInfo {
  readonly id: string;
  readonly version: string;
  readonly state: PluginState;
  /** Calls that threw, took too long or returned something invalid. */
  readonly faults: number;
  /** Of these, calls that answered, but took too long: their results were used. */
  readonly slowCalls: number;
  /** Promises of it that were rejected after nobody waited for them any more. */
  readonly lateRejections: number;
  /** How long the import of its code took, ms. */
  readonly loadMs?: number | undefined;
  /** How long `activate()` took, ms. */
  readonly activationMs?: number | undefined;
  /** The need that loaded it, for example `onCodec:opus`. */
  readonly activatedBy?: string | undefined;
  /** Why it cannot be used. */
  readonly cause?: EloquenceError | undefined;
  /** What went wrong last in a call that was replaced by its fallback. */
  readonly lastFault?: EloquenceError | undefined;
  /** The `package.json` that its manifest came from, if known. */
  readonly file?: string | undefined;
  /** Range of the plugin API that it asks for. */
  readonly engine?: string | undefined;
  readonly dependencies: readonly string[];
  readonly contributions: readonly PluginContributionInfo[];
  /** Of its policies and forecasters that have decided something. */
  readonly decisions: readonly PluginDecisions[];
}
