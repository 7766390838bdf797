import type { UtteranceFault } from '@eloquence/plugin-api';
import { describeFaults } from '../plugins/plugin-fault.js';
import type { PluginHost } from '../plugins/plugin-host.js';
import type { PluginInfo } from '../plugins/plugin-state.js';

/** Faults and state of each plugin at one moment. */
type FaultSnapshot = ReadonlyMap<string, Pick<PluginInfo, 'faults' | 'slowCalls' | 'state'>>;

/** Which plugins failed during which utterance: a fault counts for the one that was begun last, though others still play. */
export class FaultLog {
  readonly #host: PluginHost;
  #endLast: () => void = () => undefined;

  constructor(host: PluginHost) {
    this.#host = host;
  }

  /** An utterance begins. @returns its faults so far */
  begin(): () => readonly UtteranceFault[] {
    this.#endLast();
    const before = snapshotFaults(this.#host);
    let final: readonly UtteranceFault[] | undefined;
    const faults = (): readonly UtteranceFault[] => final ?? faultsSince(this.#host, before);
    this.#endLast = () => void (final = faults());
    return faults;
  }
}

function snapshotFaults(host: PluginHost): FaultSnapshot {
  return new Map(
    host.plugins().map(({ id, faults, slowCalls, state }) => [id, { faults, slowCalls, state }]),
  );
}

/** Plugins that made faults since the snapshot, that were taken out of use meanwhile, or that are quarantined. */
function faultsSince(host: PluginHost, snapshot: FaultSnapshot): UtteranceFault[] {
  const faults: UtteranceFault[] = [];
  for (const plugin of host.plugins()) {
    const before = snapshot.get(plugin.id);
    const newFaults = plugin.faults - (before?.faults ?? 0);
    const newSlowCalls = Math.max(0, plugin.slowCalls - (before?.slowCalls ?? 0));
    const wasTakenOut = before?.state === 'active' && plugin.state === 'disabled';
    if (newFaults <= 0 && plugin.state !== 'quarantined' && !wasTakenOut) continue;
    faults.push({
      pluginId: plugin.id,
      faults: plugin.faults,
      state: plugin.state,
      message: plugin.cause?.message ?? describeFaults(newFaults, newSlowCalls),
    });
  }
  return faults;
}
