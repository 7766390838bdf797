import type { PluginEntry } from './plugin-entry.js';
import { forEachEntry } from './contribution-claims.js';
import type { PluginSet } from './plugin-set.js';
import type { PluginContributionInfo, PluginDecisions, PluginInfo } from './plugin-state.js';

/** What an inspector shows of a plugin, as of now. */
export function pluginInfoOf(
  entry: PluginEntry,
  set: PluginSet,
  decisions: readonly PluginDecisions[],
): PluginInfo {
  const { plugin, health, loadMs, activationMs, activatedBy, cause } = entry;
  const contributions: PluginContributionInfo[] = [];
  if (plugin.manifest !== undefined) {
    forEachEntry(plugin.manifest, (point, id) => {
      contributions.push({ point, id, isOverridden: set.ownersOf(point).get(id) !== plugin.id });
    });
  }
  return {
    id: plugin.id,
    version: plugin.version,
    state: entry.state,
    faults: health.faults,
    slowCalls: health.slowCalls,
    lateRejections: health.lateRejections,
    ...(plugin.descriptor?.file === undefined ? {} : { file: plugin.descriptor.file }),
    ...(plugin.manifest === undefined ? {} : { engine: plugin.manifest.engines.eloquence }),
    loadMs,
    activationMs,
    activatedBy,
    cause,
    lastFault: health.lastFault,
    dependencies: plugin.manifest?.pluginDependencies ?? [],
    contributions,
    decisions,
  };
}
