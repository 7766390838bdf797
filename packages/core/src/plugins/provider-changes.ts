import type { ContributionPointName } from '@eloquence/plugin-api';
import { pointNames } from '../contributions/contribution-point.js';
import type { Contributions } from '../contributions/contribution-lookup.js';
import type { PluginSet } from './plugin-set.js';

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
