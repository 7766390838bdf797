import {
  type EloquenceError,
  type ErrorCode,
  type PluginState,
  isEloquenceError,
} from '@eloquence/plugin-api';
import type { PluginHost } from '../plugin-host.js';
import type { PluginContributionInfo, PluginDecisions, PluginInfo } from '../plugin-state.js';

/** An error as JSON, with what caused it. */
export interface ReportedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Messages of the causes, the nearest first; at most 5. */
  readonly causes?: readonly string[] | undefined;
}

/** What an inspector shows of one plugin. JSON all the way down. */
export interface PluginReport {
  readonly id: string;
  readonly version: string;
  readonly state: PluginState;
  /** Range of the plugin API that it asks for; absent if its manifest could not be read. */
  readonly engine?: string | undefined;
  /** The `package.json` that its manifest came from, if known. */
  readonly file?: string | undefined;
  readonly contributions: readonly PluginContributionInfo[];
  /** What its policies and forecasters decided, those that have decided something. */
  readonly decisions: readonly PluginDecisions[];
  readonly dependencies: readonly string[];
  /** Plugins that need this one. */
  readonly dependents: readonly string[];
  readonly loadMs?: number | undefined;
  readonly activationMs?: number | undefined;
  readonly faults: number;
  /** Of the faults, calls that answered, but took too long: their results were used. */
  readonly slowCalls: number;
  readonly lateRejections: number;
  /** Why it cannot be used. */
  readonly cause?: ReportedError | undefined;
  readonly lastFault?: ReportedError | undefined;
  /** What loaded it: its own need first, then the needs of the plugins that needed it. */
  readonly loadedBy: readonly LoadReason[];
}

/** One step of the answer to the question what loaded a plugin. */
export interface LoadReason {
  readonly pluginId: string;
  /** For example `onCodec:opus`, or `dependency of @acme/top`. */
  readonly need: string;
}

/** Every plugin of a host as plain data, sorted by name: for a page, a command or a log. */
export function inspectPlugins(host: PluginHost): PluginReport[] {
  const plugins = host.plugins();
  const byId = new Map(plugins.map((plugin) => [plugin.id, plugin]));
  return plugins.map(({ cause, lastFault, activatedBy: _need, ...plugin }) => ({
    ...plugin,
    dependents: plugins.filter(({ dependencies }) => dependencies.includes(plugin.id)).map(({ id }) => id),
    ...(cause === undefined ? {} : { cause: reportError(cause) }),
    ...(lastFault === undefined ? {} : { lastFault: reportError(lastFault) }),
    loadedBy: whyLoaded(plugin.id, byId),
  }));
}

export function reportError({ code, message, hint, cause }: EloquenceError): ReportedError {
  const causes: string[] = [];
  for (let next = cause; next instanceof Error && causes.length < 5; next = next.cause) {
    causes.push(isEloquenceError(next) ? `${next.code}: ${next.message}` : next.message);
  }
  return {
    code,
    message,
    hint,
    ...(causes.length === 0 ? {} : { causes }),
  };
}

const dependencyNeed = /^dependency of (.+)$/;

/** Follows the needs up to the one that came from outside. Empty for a plugin that is not loaded. */
function whyLoaded(pluginId: string, plugins: ReadonlyMap<string, PluginInfo>): LoadReason[] {
  const reasons: LoadReason[] = [];
  const seen = new Set<string>();
  for (let id: string | undefined = pluginId; id !== undefined && !seen.has(id);) {
    seen.add(id);
    const need: string | undefined = plugins.get(id)?.activatedBy;
    if (need === undefined) break;
    reasons.push({ pluginId: id, need });
    id = dependencyNeed.exec(need)?.[1];
  }
  return reasons;
}
