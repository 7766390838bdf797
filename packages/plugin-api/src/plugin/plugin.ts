import type { Disposable } from '../base/disposable.js';
import type { ApiProposals } from './api-proposals.js';
import type { ContributionPoints } from './contribution-points.js';
import type { PluginManifest } from './manifest.js';

/** Version of the contracts in this package, checked against `engines.eloquence` of each plugin. */
export const apiVersion = '2.0.0';

/** Takes the contributions of a plugin to one point. */
export interface ContributionRegistrar<T> {
  /**
   * Registers what the manifest announced under `id`.
   *
   * @throws EloquenceError `CONTRIBUTION_UNKNOWN` if the manifest does not announce it, `PLUGIN_DUPLICATE` if it
   * is registered already.
   */
  register(id: string, contribution: T): Disposable;
}

/** Where a plugin tells what people should know. Messages are cut after 2 000 characters. */
export interface PluginLogger {
  /** Something that is as it should be. */
  info(message: string): void;
  /** Something that is not as it should be, though the plugin goes on. */
  warn(message: string): void;
}

/** What a plugin is given: frozen, and nothing beyond this. */
export type PluginContext = {
  readonly [Point in keyof ContributionPoints]: ContributionRegistrar<ContributionPoints[Point]>;
} & {
  readonly pluginId: string;
  /** The plugin's settings, checked against `contributes.configuration`, defaults filled in. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Aborted when activation takes too long or the host is disposed. */
  readonly signal: AbortSignal;
  /** Released, last-in first-out, when the plugin is disposed or its activation fails. */
  readonly subscriptions: { add<T extends Disposable>(item: T): T };
  readonly log: PluginLogger;
  /** Parts of the API that are not final: those that the manifest names and the application offers. */
  readonly proposed: Readonly<Partial<ApiProposals>>;
};

/** The code of a plugin. */
export interface Plugin {
  /** Registers everything that the manifest announces. Limited to 2 s. */
  activate(context: PluginContext): void | Promise<void>;
  /** Last words before the subscriptions are released. Limited to 2 s. */
  deactivate?(): void | Promise<void>;
}

/** The default export of a plugin package's `./plugin` entry. */
export interface PluginDefinition extends Plugin {
  readonly $type: 'eloquence.plugin';
}

/** A plugin that can be loaded: its manifest, and how to get its code. */
export interface PluginDescriptor {
  readonly manifest: PluginManifest;
  /** Settings given where the plugin is listed; the application's and the session's come on top. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** The `package.json` that the manifest was read from, so that messages can point at a line of it. */
  readonly file?: string;
  /** Imports the plugin's code; called once, when it is first needed. Limited to 10 s. */
  load(): Promise<{ readonly default: PluginDefinition }>;
}

/** Marks an object as a plugin, and types it. */
export function definePlugin(plugin: Plugin): PluginDefinition {
  return Object.freeze({ ...plugin, $type: 'eloquence.plugin' as const });
}
