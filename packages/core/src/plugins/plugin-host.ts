import {
  type Clock,
  type ContributionPointName,
  Emitter,
  EloquenceError,
  type Event,
  type PluginDescriptor,
} from '@eloquence/plugin-api';
import type { ContributionSource } from '../contributions/contribution-lookup.js';
import { pointNames } from '../contributions/contribution-point-table.js';
import { type Contributions, createContributions } from '../contributions/contributions.js';
import { nameHint } from '../contributions/nearest-name.js';
import type { Settings } from './configuration-merge.js';
import { forEachEntry } from './contribution-claims.js';
import { Guard, type GuardOptions } from './guard.js';
import { PluginActivator, type PluginActivatorOptions } from './plugin-activator.js';
import { ConfigurationSchema, type PluginConfiguration, assertKnownPlugins } from './plugin-configuration.js';
import { PluginEntry } from './plugin-entry.js';
import { PluginRegistry, type PluginRegistryOptions } from './plugin-registry.js';
import type { PluginInfo, PluginLogEntry, PluginQuarantine, PluginStateChange } from './plugin-state.js';

type Limits = Pick<PluginActivatorOptions, 'loadLimitMs' | 'activateLimitMs' | 'deactivateLimitMs'>;

export interface PluginHostOptions extends PluginRegistryOptions, Limits {
  /** The plugins, in any order. */
  readonly descriptors: readonly PluginDescriptor[];
  readonly clock: Clock;
  /** The application's settings for plugins, by the plugin's name. */
  readonly configuration?: PluginConfiguration;
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
  /** Fires once for a plugin that is not used any more after its faults. */
  readonly onDidQuarantinePlugin: Event<PluginQuarantine>;
  readonly onDidChangePluginState: Event<PluginStateChange>;
  readonly onDidLog: Event<PluginLogEntry>;
  /** Ends all plugins, once. Rejects with one `AggregateError` if some did not end well; all are ended even so. */
  dispose(): Promise<void>;
}

/**
 * Checks the plugins by their manifests, without loading any. A wrong plugin is a plugin with the state `failed`;
 * only mistakes of the application itself are thrown.
 *
 * @throws EloquenceError `CONFIGURATION_INVALID` for wrong settings or overrides
 */
export function createPluginHost(options: PluginHostOptions): PluginHost {
  return new DefaultPluginHost(options);
}

class DefaultPluginHost implements PluginHost {
  readonly contributions: Contributions;
  readonly #registry: PluginRegistry;
  readonly #all: readonly PluginEntry[];
  readonly #entries: ReadonlyMap<string, PluginEntry>;
  readonly #activator: PluginActivator;
  readonly #clock: Clock;
  readonly #configuration: PluginConfiguration;
  readonly #schemas = new Map<string, ConfigurationSchema>();
  readonly #onDidQuarantinePlugin = new Emitter<PluginQuarantine>();
  readonly #onDidLog = new Emitter<PluginLogEntry>();
  #disposal: Promise<void> | undefined;

  constructor(options: PluginHostOptions) {
    this.#clock = options.clock;
    this.#configuration = options.configuration ?? {};
    this.#registry = new PluginRegistry(options.descriptors, options);
    this.#all = this.#registry.plugins.map((plugin) => new PluginEntry(plugin));
    this.#entries = indexById(this.#all);
    assertKnownPlugins(this.#configuration, [...this.#entries.keys()]);
    this.#activator = new PluginActivator(this.#entries, {
      ...limitsOf(options),
      clock: options.clock,
      configurationOf: (pluginId) => this.configurationOf(pluginId),
      onLog: (entry) => this.#onDidLog.fire(entry),
      onUnregister: (pluginId, point, id) => this.#onUnregister(pluginId, point, id),
    });
    this.contributions = createContributions(this.#createSource());
    this.#activator.onDidChangeState((change) => this.#onChangeState(change));
    for (const entry of this.#all) entry.health.onDidTrip((quarantine) => this.#onTrip(entry, quarantine));
    for (const entry of this.#entries.values()) this.#checkConfiguration(entry);
  }

  readonly onDidQuarantinePlugin: Event<PluginQuarantine> = (listener) =>
    this.#onDidQuarantinePlugin.event(listener);
  readonly onDidChangePluginState: Event<PluginStateChange> = (listener) =>
    this.#activator.onDidChangeState(listener);
  readonly onDidLog: Event<PluginLogEntry> = (listener) => this.#onDidLog.event(listener);

  plugins(): PluginInfo[] {
    return this.#all.map((entry) => this.#infoOf(entry));
  }

  configurationOf(pluginId: string, session?: Settings): Settings {
    const { descriptor } = this.#entryOf(pluginId).plugin;
    return this.#schemaOf(pluginId).resolve([
      { name: 'plugin', settings: descriptor.configuration ?? {} },
      { name: 'application', settings: ownValue(this.#configuration, pluginId) ?? {} },
      { name: 'session', settings: session ?? {} },
    ]);
  }

  guard(pluginId: string, operation: string, options?: GuardOptions): Guard {
    return new Guard(this.#entryOf(pluginId).health, this.#clock, operation, options);
  }

  dispose(): Promise<void> {
    this.#disposal ??= this.#activator.dispose().finally(() => {
      this.#onDidQuarantinePlugin.dispose();
      this.#onDidLog.dispose();
      for (const point of pointNames) this.contributions[point].dispose();
    });
    return this.#disposal;
  }

  #createSource(): ContributionSource {
    return {
      ownersOf: (point) => this.#registry.ownersOf(point),
      entryOf: (pluginId, point, id) =>
        this.#entries.get(pluginId)?.plugin.manifest?.contributes[point]?.find((entry) => entry.id === id),
      isUsable: (pluginId) => this.#entries.get(pluginId)?.isUsable === true,
      load: async (pluginId, point, id, need) => {
        const entry = this.#entryOf(pluginId);
        await this.#activator.activate(entry, need);
        return entry.contributions.get(point)?.get(id);
      },
    };
  }

  #entryOf(pluginId: string): PluginEntry {
    const entry = this.#entries.get(pluginId);
    if (entry !== undefined) return entry;
    const hint = nameHint(pluginId, this.#entries.keys());
    throw new EloquenceError('OPTION_INVALID', `There is no plugin '${pluginId}'.`, {
      value: pluginId,
      hint,
    });
  }

  #schemaOf(pluginId: string): ConfigurationSchema {
    let schema = this.#schemas.get(pluginId);
    if (schema === undefined) {
      const { manifest } = this.#entryOf(pluginId).plugin;
      schema = new ConfigurationSchema(pluginId, manifest?.contributes.configuration);
      this.#schemas.set(pluginId, schema);
    }
    return schema;
  }

  /** A wrong setting is the application's mistake and is thrown; a wrong schema shows when the plugin is activated. */
  #checkConfiguration({ id, plugin }: PluginEntry): void {
    const isConfigured =
      plugin.descriptor?.configuration !== undefined || Object.hasOwn(this.#configuration, id);
    if (!isConfigured || plugin.manifest === undefined) return;
    try {
      this.configurationOf(id);
    } catch (error) {
      if (error instanceof EloquenceError && error.code === 'PLUGIN_INVALID') return;
      throw error;
    }
  }

  #onTrip(entry: PluginEntry, quarantine: PluginQuarantine): void {
    this.#activator.quarantine(entry, quarantine.cause);
    this.#onDidQuarantinePlugin.fire(quarantine);
  }

  #onChangeState({ pluginId, to, cause }: PluginStateChange): void {
    if (to !== 'failed' && to !== 'quarantined') return;
    for (const point of pointNames) {
      for (const [id, owner] of this.#registry.ownersOf(point)) {
        if (owner !== pluginId) continue;
        this.contributions[point].notifyRemoved({ id, pluginId, ...(cause === undefined ? {} : { cause }) });
      }
    }
  }

  #onUnregister(pluginId: string, point: ContributionPointName, id: string): void {
    const isInUse = this.#entries.get(pluginId)?.state === 'active' && !this.#activator.isDisposed;
    if (!isInUse || this.#registry.ownersOf(point).get(id) !== pluginId) return;
    this.contributions[point].notifyRemoved({ id, pluginId });
  }

  #infoOf(entry: PluginEntry): PluginInfo {
    const { plugin, health, loadMs, activationMs, activatedBy, cause } = entry;
    const contributions: PluginInfo['contributions'][number][] = [];
    if (plugin.manifest !== undefined) {
      forEachEntry(plugin.manifest, (point, id) => {
        const isOverridden = this.#registry.ownersOf(point).get(id) !== plugin.id;
        contributions.push({ point, id, isOverridden });
      });
    }
    return {
      id: plugin.id,
      version: plugin.version,
      state: entry.state,
      faults: health.faults,
      lateRejections: health.lateRejections,
      ...(loadMs === undefined ? {} : { loadMs }),
      ...(activationMs === undefined ? {} : { activationMs }),
      ...(activatedBy === undefined ? {} : { activatedBy }),
      ...(cause === undefined ? {} : { cause }),
      dependencies: plugin.manifest?.pluginDependencies ?? [],
      contributions,
    };
  }
}

/** Of several plugins with one name, the one that passed the checks counts, else the first. */
function indexById(entries: readonly PluginEntry[]): ReadonlyMap<string, PluginEntry> {
  const byId = new Map<string, PluginEntry>();
  for (const entry of entries) {
    if (!byId.has(entry.id) || entry.state === 'registered') byId.set(entry.id, entry);
  }
  return byId;
}

function limitsOf({ loadLimitMs, activateLimitMs, deactivateLimitMs }: Limits): Limits {
  return {
    ...(loadLimitMs === undefined ? {} : { loadLimitMs }),
    ...(activateLimitMs === undefined ? {} : { activateLimitMs }),
    ...(deactivateLimitMs === undefined ? {} : { deactivateLimitMs }),
  };
}

function ownValue(configuration: PluginConfiguration, pluginId: string): Settings | undefined {
  return Object.hasOwn(configuration, pluginId) ? configuration[pluginId] : undefined;
}
