import { type PluginReport, createPluginHost, inspectPlugins } from '@eloquence/core';
import type { Clock } from '@eloquence/plugin-api';
import type { LoadedConfig, PluginOrigin } from '@eloquence/streamer';
import { formatQuantity, left, NOT_DEFINED, renderTable, right } from '../terminal/table.js';
import type { Style } from '../terminal/terminal.js';
import { runTrialSession } from './trial-session.js';

/** A plugin, and how it got into the application. */
export interface ListedPlugin extends PluginReport {
  readonly origin: PluginOrigin;
}

export interface PluginList {
  readonly plugins: readonly ListedPlugin[];
  /** The trial session's failure, if it was run and failed. */
  readonly failure?: string | undefined;
}

/** All plugins of an application: by their manifests, or after a trial session. */
export async function listPlugins(
  config: LoadedConfig,
  options: { readonly run: boolean; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<PluginList> {
  const { plugins, failure } = options.run
    ? await runTrialSession(config, options.clock, options.signal)
    : { plugins: inspectPlugins(createPluginHost({ ...config.host, clock: options.clock })) };
  return {
    plugins: plugins.map((plugin) => ({ ...plugin, origin: config.origins.get(plugin.id) ?? 'default' })),
    failure,
  };
}

/** More ids of one point than this are only counted; `--json` has them all. */
const maxListedIds = 2;

const columns = [
  ...left('plugin', 'state', 'version', 'from'),
  ...right('load', 'activation', 'faults', 'decisions'),
  ...left('contributes'),
];

/** The list as a table; below it what was decided last, and the causes of what does not work. */
export function renderPluginList({ plugins, failure }: PluginList, style: Style): string {
  const rows = plugins.map((plugin) => [
    style.bold(plugin.id),
    stateOf(plugin, style),
    plugin.version,
    plugin.origin,
    formatQuantity(plugin.loadMs ?? null, 'ms'),
    formatQuantity(plugin.activationMs ?? null, 'ms'),
    plugin.faults === 0 ? '0' : style.bad(String(plugin.faults)),
    countDecisions(plugin),
    contributionsOf(plugin),
  ]);
  const causes = plugins.flatMap(({ id, cause, lastFault }) => {
    const error = cause ?? lastFault;
    if (error === undefined) return [];
    return [
      `${style.bad(id)}: ${error.message}`,
      ...(error.hint === undefined ? [] : [`  ${style.accent('hint:')} ${error.hint}`]),
    ];
  });
  const decisions = plugins.flatMap((plugin) => renderDecisions(plugin, style));
  const lines = [
    ...renderTable(columns, rows),
    ...(decisions.length === 0 ? [] : ['', ...decisions]),
    ...(causes.length === 0 ? [] : ['', ...causes]),
    ...(failure === undefined ? [] : ['', `${style.bad('Nothing could be said:')} ${failure}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** How often its policies and forecasters took part in a decision; a dash for a plugin that has none. */
function countDecisions({ contributions, decisions }: PluginReport): string {
  const isDeciding = contributions.some(({ point }) => point === 'policies' || point === 'forecasters');
  if (!isDeciding) return NOT_DEFINED;
  return String(decisions.reduce((sum, { count }) => sum + count, 0));
}

/** What each policy and forecaster of a plugin decided last, and why. */
export function renderDecisions({ id: pluginId, decisions }: PluginReport, style: Style): string[] {
  const nouns = { policies: 'policy', forecasters: 'forecaster' } as const;
  return decisions.map(({ point, id, count, last }) => {
    const { rule, reason, profileId } = last;
    const what = profileId === undefined ? '' : `${style.accent(profileId)} by rule '${rule}': `;
    const times = count === 1 ? 'one decision' : `${count} decisions`;
    return `${style.bold(pluginId)}, ${nouns[point]} '${id}': ${times}, the last: ${what}${reason}`;
  });
}

function stateOf({ state }: PluginReport, style: Style): string {
  if (state === 'active') return style.good(state);
  if (state === 'registered' || state === 'activating') return state;
  return state === 'disabled' ? style.dim(state) : style.bad(state);
}

function contributionsOf({ contributions }: PluginReport): string {
  const byPoint = new Map<string, string[]>();
  for (const { point, id, isOverridden } of contributions) {
    byPoint.set(point, [...(byPoint.get(point) ?? []), isOverridden ? `(${id})` : id]);
  }
  return [...byPoint]
    .map(([point, ids]) =>
      ids.length > maxListedIds ? `${ids.length} ${point}` : `${point}: ${ids.join(', ')}`,
    )
    .join('; ');
}
