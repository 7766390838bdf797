import type { Decision, Forecast } from '@eloquence/plugin-api';
import type { Contributions } from '../../contributions/contribution-lookup.js';
import type { PluginDecisions } from '../plugin-state.js';

/** Decisions of all sessions by the plugin that made them. Keeps a count and the last one for each contribution. */
export class DecisionTally {
  readonly #contributions: Pick<Contributions, 'policies' | 'forecasters'>;
  /** By plugin, then by point and id; both come from manifests, so neither can grow without bounds. */
  readonly #byPlugin = new Map<string, Map<string, PluginDecisions>>();

  constructor(contributions: Pick<Contributions, 'policies' | 'forecasters'>) {
    this.#contributions = contributions;
  }

  /** @param forecasterId forecaster that the session asks */
  add(decision: Decision, forecasterId: string): void {
    const { atMs, input, output, policy } = decision;
    // A pinned profile is the caller's decision, and without a policy everything stays: neither is a plugin's.
    if (input.request.pinnedProfileId !== undefined) return;
    const group = output.groups[0];
    if (group !== undefined && group.rule !== 'fallback') {
      const { rule, reason, profileId } = group;
      this.#note('policies', policy, { atMs, rule, reason, profileId });
    }
    const forecast = Object.values(input.forecasts)[0];
    if (forecast !== undefined)
      this.#note('forecasters', forecasterId, { atMs, rule: 'forecast', reason: describeForecast(forecast) });
  }

  of(pluginId: string): readonly PluginDecisions[] {
    return [...(this.#byPlugin.get(pluginId)?.values() ?? [])];
  }

  #note(point: PluginDecisions['point'], id: string, last: PluginDecisions['last']): void {
    const pluginId = this.#contributions[point].owner(id);
    if (pluginId === undefined) return;
    const own = this.#byPlugin.get(pluginId) ?? new Map<string, PluginDecisions>();
    this.#byPlugin.set(pluginId, own);
    const key = `${point}/${id}`;
    own.set(key, { point, id, count: (own.get(key)?.count ?? 0) + 1, last });
  }
}

function describeForecast({ deliveryMs, stallProbability, capacityBytesPerSecond }: Forecast): string {
  const { p5, p95 } = deliveryMs;
  const stallPercent = Math.round(100 * stallProbability[0]);
  const capacity =
    capacityBytesPerSecond === undefined ? '' : `, ${Math.round(capacityBytesPerSecond / 125)} kbit/s`;
  return `delivery within ${Math.round(p5)}–${Math.round(p95)} ms, a stall within 1 s: ${stallPercent} %${capacity}`;
}
