import type { ContributionPointName, PluginDescriptor } from '@eloquence/plugin-api';
import type { Contributions } from '../contributions/contribution-lookup.js';
import { pointNames } from '../contributions/contribution-point.js';
import { PluginEntry } from './plugin-entry.js';
import {
  type CheckedManifests,
  PluginRegistry,
  type PluginRegistryOptions,
  type RegisteredPlugin,
} from './plugin-registry.js';

export interface PluginReplacement {
  readonly from: PluginEntry;
  readonly to: PluginEntry;
}

/**
 * The plugins of a host and who provides what. Worked out anew, from the manifests, whenever the application takes a
 * plugin out, puts it back or chooses another provider; plugins whose verdict stays the same are left alone.
 */
export class PluginSet {
  /** All plugins, sorted by name. */
  all: readonly PluginEntry[] = [];
  /** By name; of several plugins with one name, the one that passed the checks counts, else the first. */
  readonly byId = new Map<string, PluginEntry>();
  readonly #descriptors: readonly PluginDescriptor[];
  readonly #onCreate: (entry: PluginEntry) => void;
  readonly #checked: CheckedManifests = new WeakMap();
  #options: PluginRegistryOptions;
  #registry: PluginRegistry;

  /** @throws EloquenceError `CONFIGURATION_INVALID` for a choice that names something that is not there */
  constructor(
    descriptors: readonly PluginDescriptor[],
    options: PluginRegistryOptions,
    onCreate: (entry: PluginEntry) => void,
  ) {
    this.#descriptors = descriptors;
    this.#options = options;
    this.#onCreate = onCreate;
    this.#registry = new PluginRegistry(descriptors, options, this.#checked);
    this.#take(this.#registry.plugins.map((plugin) => this.#create(plugin)));
  }

  get disabled(): readonly string[] {
    return this.#options.disabled ?? [];
  }

  get overrides(): NonNullable<PluginRegistryOptions['overrides']> {
    return this.#options.overrides ?? {};
  }

  ownersOf(point: ContributionPointName): ReadonlyMap<string, string> {
    return this.#registry.ownersOf(point);
  }

  /**
   * Applies a change and says which entries gave way to which.
   *
   * @throws EloquenceError `CONFIGURATION_INVALID`; then nothing has changed
   */
  update(change: Pick<PluginRegistryOptions, 'disabled' | 'overrides'>): readonly PluginReplacement[] {
    const options = { ...this.#options, ...change };
    const registry = new PluginRegistry(this.#descriptors, options, this.#checked);
    const present = new Map(this.all.map((entry) => [entry.plugin.descriptor, entry]));
    const replaced: PluginReplacement[] = [];
    const all = registry.plugins.map((plugin) => {
      const from = present.get(plugin.descriptor);
      if (from !== undefined && isSameVerdict(from.plugin, plugin)) return from;
      const to = this.#create(plugin);
      if (from !== undefined) replaced.push({ from, to });
      return to;
    });
    this.#options = options;
    this.#registry = registry;
    this.#take(all);
    return replaced;
  }

  #create(plugin: RegisteredPlugin): PluginEntry {
    const entry = new PluginEntry(plugin);
    this.#onCreate(entry);
    return entry;
  }

  #take(all: readonly PluginEntry[]): void {
    this.all = all;
    this.byId.clear();
    for (const entry of all) {
      if (!this.byId.has(entry.id) || entry.plugin.state === 'registered') this.byId.set(entry.id, entry);
    }
  }
}

function isSameVerdict(a: RegisteredPlugin, b: RegisteredPlugin): boolean {
  return a.state === b.state && a.cause?.message === b.cause?.message;
}

interface Provider {
  readonly pluginId: string;
  readonly isUsable: boolean;
}

/** Who provides each id at one moment: point → id → provider. */
export type Providers = ReadonlyMap<ContributionPointName, ReadonlyMap<string, Provider>>;

export function snapshotProviders(set: PluginSet): Providers {
  const providersOf = (point: ContributionPointName): ReadonlyMap<string, Provider> =>
    new Map(
      [...set.ownersOf(point)].map(([id, pluginId]) => [
        id,
        { pluginId, isUsable: set.byId.get(pluginId)?.isUsable === true },
      ]),
    );
  return new Map(pointNames.map((point) => [point, providersOf(point)]));
}

/** Tells the lookups what cannot be had any more, and what can be had now. */
export function notifyProviderChanges(
  before: Providers,
  after: Providers,
  contributions: Contributions,
): void {
  for (const point of pointNames) {
    const [olds, news] = [before.get(point), after.get(point)];
    for (const id of new Set([...(olds?.keys() ?? []), ...(news?.keys() ?? [])])) {
      const [old, now] = [olds?.get(id), news?.get(id)];
      if (old?.pluginId === now?.pluginId && old?.isUsable === now?.isUsable) continue;
      if (old?.isUsable) contributions[point].notifyRemoved({ id, pluginId: old.pluginId });
      if (now?.isUsable) contributions[point].notifyAdded({ id, pluginId: now.pluginId });
    }
  }
}
