import { DisposableStore } from '@eloquence/base';
import {
  type ContributionPointName,
  type ContributionRegistrar,
  type Disposable,
  EloquenceError,
  type PluginContext,
  type PluginManifest,
  contributionPointNames,
  toDisposable,
} from '@eloquence/plugin-api';

/** A plugin context that keeps account of what is registered through it. */
export interface RecordedActivation {
  readonly context: PluginContext;
  /** `point:id` of everything registered at the moment. */
  registered(): string[];
  /** Releases the subscriptions, as the host does. */
  release(): void;
}

export function announcedBy(manifest: PluginManifest): string[] {
  return contributionPointNames.flatMap((point) =>
    (manifest.contributes[point] ?? []).map((entry) => `${point}:${entry.id}`),
  );
}

/** Makes a context that treats registrations as the host does. */
export function recordActivation(manifest: PluginManifest, signal: AbortSignal): RecordedActivation {
  const announced = new Set(announcedBy(manifest));
  const registered = new Set<string>();
  const subscriptions = new DisposableStore();

  const registrarOf = (point: ContributionPointName): ContributionRegistrar<unknown> => ({
    register(id, contribution): Disposable {
      const key = `${point}:${id}`;
      if (!announced.has(key)) {
        throw new EloquenceError('CONTRIBUTION_UNKNOWN', `The manifest does not announce ${key}.`, {
          value: id,
        });
      }
      if (registered.has(key)) {
        throw new EloquenceError('PLUGIN_DUPLICATE', `${key} is registered already.`, { value: id });
      }
      if (contribution === undefined || contribution === null) {
        throw new EloquenceError('PLUGIN_INVALID', `${key} is registered as nothing.`, {
          value: contribution,
        });
      }
      registered.add(key);
      return toDisposable(() => registered.delete(key));
    },
  });

  const registrars = Object.fromEntries(contributionPointNames.map((point) => [point, registrarOf(point)]));
  const context = Object.freeze({
    ...registrars,
    pluginId: manifest.name,
    configuration: Object.freeze({}),
    signal,
    subscriptions,
    log: { info: () => undefined, warn: () => undefined },
    proposed: Object.freeze({}),
  }) as unknown as PluginContext;

  return { context, registered: () => [...registered], release: () => subscriptions.dispose() };
}
