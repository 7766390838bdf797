import { nameHint } from '@eloquence/base';
import { type ContributionPointName, EloquenceError, type PluginManifest } from '@eloquence/plugin-api';
import { contributionPointTable, pointNames } from '../contributions/contribution-point.js';

/** The application's choice where several plugins contribute one id: point → id → name of the plugin. */
export type ContributionOverrides = {
  readonly [P in ContributionPointName]?: Readonly<Record<string, string>>;
};

/** Which plugin provides each id. */
export interface ContributionClaims {
  readonly owners: { readonly [P in ContributionPointName]: ReadonlyMap<string, string> };
  /** Plugins that lost an id to another without having been told to: name → error. */
  readonly conflicts: ReadonlyMap<string, EloquenceError>;
}

/**
 * Decides who provides each id: the plugin that the application chose, else the only one that contributes it. With
 * several and no choice, the first by name has it and each other one is in conflict, whole.
 */
export function claimContributions(
  manifests: readonly PluginManifest[],
  overrides: ContributionOverrides,
): ContributionClaims {
  const owners = Object.fromEntries(pointNames.map((point) => [point, new Map<string, string>()])) as Record<
    ContributionPointName,
    Map<string, string>
  >;
  const byName = [...manifests].sort((a, b) => (a.name < b.name ? -1 : 1));
  const isChosen = new Set<string>();
  for (const manifest of byName) {
    forEachEntry(manifest, (point, id) => {
      if (chosenFor(overrides, point, id) !== manifest.name) return;
      owners[point].set(id, manifest.name);
      isChosen.add(`${point}/${id}`);
    });
  }
  const conflicts = new Map<string, EloquenceError>();
  for (const manifest of byName) {
    const error = findConflict(manifest, owners, isChosen);
    if (error !== undefined) {
      conflicts.set(manifest.name, error);
      continue;
    }
    forEachEntry(manifest, (point, id) => {
      if (!owners[point].has(id)) owners[point].set(id, manifest.name);
    });
  }
  return { owners, conflicts };
}

/** @throws EloquenceError `CONFIGURATION_INVALID` if a choice names something that is not there */
export function checkOverrides(
  overrides: ContributionOverrides,
  plugins: readonly { readonly id: string; readonly manifest?: PluginManifest }[],
): void {
  for (const [point, choices] of Object.entries(overrides)) {
    if (!Object.hasOwn(contributionPointTable, point)) {
      throw overrideError(
        `overrides.${point} is not a contribution point`,
        point,
        nameHint(point, pointNames),
      );
    }
    for (const [id, pluginId] of Object.entries(choices ?? {})) {
      const path = `overrides.${point}.${id}`;
      const plugin = plugins.find((other) => other.id === pluginId);
      if (plugin === undefined) {
        const names = plugins.map((other) => other.id);
        throw overrideError(
          `${path}: no plugin is called '${pluginId}'`,
          pluginId,
          nameHint(pluginId, names),
        );
      }
      // One whose manifest is wrong has an error of its own.
      if (plugin.manifest === undefined) continue;
      const ids = (plugin.manifest.contributes[point as ContributionPointName] ?? []).map(
        (entry) => entry.id,
      );
      if (ids.includes(id)) continue;
      throw overrideError(`${path}: '${pluginId}' does not contribute '${id}'`, id, nameHint(id, ids));
    }
  }
}

export function forEachEntry(
  manifest: PluginManifest,
  visit: (point: ContributionPointName, id: string) => void,
): void {
  for (const point of pointNames) for (const { id } of manifest.contributes[point] ?? []) visit(point, id);
}

function chosenFor(
  overrides: ContributionOverrides,
  point: ContributionPointName,
  id: string,
): string | undefined {
  const choices = overrides[point];
  return choices !== undefined && Object.hasOwn(choices, id) ? choices[id] : undefined;
}

function findConflict(
  manifest: PluginManifest,
  owners: ContributionClaims['owners'],
  isChosen: ReadonlySet<string>,
): EloquenceError | undefined {
  let error: EloquenceError | undefined;
  forEachEntry(manifest, (point, id) => {
    const owner = owners[point].get(id);
    if (
      error !== undefined ||
      owner === undefined ||
      owner === manifest.name ||
      isChosen.has(`${point}/${id}`)
    )
      return;
    const { noun } = contributionPointTable[point];
    error = new EloquenceError(
      'PLUGIN_DUPLICATE',
      `Plugin '${manifest.name}' contributes the ${noun} '${id}', which '${owner}' contributes already.`,
      {
        value: id,
        hint: `Choose one: overrides: { ${point}: { '${id}': '${manifest.name}' } }, or '${owner}'.`,
      },
    );
  });
  return error;
}

function overrideError(message: string, value: string, hint: string): EloquenceError {
  return new EloquenceError('CONFIGURATION_INVALID', `${message}.`, { value, hint });
}
