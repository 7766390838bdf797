import type { UtteranceFault } from '@eloquence/plugin-api';
import type { PluginHost } from '../plugins/plugin-host.js';

/** Number of faults of each plugin at one moment. */
export type FaultSnapshot = ReadonlyMap<string, number>;

export function snapshotFaults(host: PluginHost): FaultSnapshot {
  return new Map(host.plugins().map((plugin) => [plugin.id, plugin.faults]));
}

/** Plugins that made faults since the snapshot, or that are out of use because of earlier ones. */
export function faultsSince(host: PluginHost, snapshot: FaultSnapshot): UtteranceFault[] {
  const faults: UtteranceFault[] = [];
  for (const plugin of host.plugins()) {
    const newFaults = plugin.faults - (snapshot.get(plugin.id) ?? 0);
    if (newFaults <= 0 && plugin.state !== 'quarantined') continue;
    faults.push({
      pluginId: plugin.id,
      faults: plugin.faults,
      state: plugin.state,
      message: plugin.cause?.message ?? `${newFaults} calls failed and were replaced`,
    });
  }
  return faults;
}
