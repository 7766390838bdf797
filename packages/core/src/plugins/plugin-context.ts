import { nameHint } from '@eloquence/base';
import {
  type ApiProposals,
  type ContributionPointName,
  type ContributionRegistrar,
  type Disposable,
  EloquenceError,
  type PluginContext,
  toDisposable,
} from '@eloquence/plugin-api';
import { contributionPointTable, pointNames } from '../contributions/contribution-point.js';
import type { Settings } from './plugin-configuration.js';
import type { PluginEntry } from './plugin-entry.js';
import type { PluginLogEntry } from './plugin-state.js';

const maxLogLength = 2000;
/** Undeclared ids that are kept for the error message. */
const maxUndeclared = 20;

export interface PluginContextOptions {
  readonly configuration: Settings;
  /** What this host offers of the API that is not final. */
  readonly proposals: Readonly<Partial<ApiProposals>>;
  readonly onLog: (entry: PluginLogEntry) => void;
  /** Told when the plugin takes back a contribution by itself. */
  readonly onUnregister: (point: ContributionPointName, id: string) => void;
}

/** Makes what a plugin is given: frozen, and with nothing in it that leads to the host. */
export function createPluginContext(entry: PluginEntry, options: PluginContextOptions): PluginContext {
  const registrars = Object.fromEntries(
    pointNames.map((point) => [point, createRegistrar(entry, point, options.onUnregister)]),
  );
  const log = (level: PluginLogEntry['level'], message: string): void => {
    options.onLog({ pluginId: entry.id, level, message: String(message).slice(0, maxLogLength) });
  };
  const context = {
    ...registrars,
    pluginId: entry.id,
    configuration: options.configuration,
    signal: entry.abort.signal,
    subscriptions: Object.freeze({
      add: <T extends Disposable>(item: T): T => entry.subscriptions.add(item),
    }),
    proposed: Object.freeze(enabledProposals(entry, options.proposals)),
    log: Object.freeze({
      info: (message: string) => log('info', message),
      warn: (message: string) => log('warn', message),
    }),
  };
  return Object.freeze(context) as unknown as PluginContext;
}

/** Contributions that the manifest announces and the plugin did not register, as `point/id`. */
export function findMissingContributions(entry: PluginEntry): string[] {
  return pointNames.flatMap((point) =>
    declaredIds(entry, point)
      .filter((id) => entry.contributions.get(point)?.has(id) !== true)
      .map((id) => `${point}/${id}`),
  );
}

/** Both the manifest and the host must have said yes. */
function enabledProposals(entry: PluginEntry, offered: Partial<ApiProposals>): Partial<ApiProposals> {
  const enabled = new Set<string>(entry.plugin.manifest?.enabledApiProposals ?? []);
  return Object.fromEntries(Object.entries(offered).filter(([name]) => enabled.has(name)));
}

function createRegistrar(
  entry: PluginEntry,
  point: ContributionPointName,
  onUnregister: PluginContextOptions['onUnregister'],
): ContributionRegistrar<never> {
  return Object.freeze({
    register(id: string, contribution: never): Disposable {
      assertRegistrable(entry, point, id, contribution);
      const registered = entry.contributions.get(point) ?? new Map<string, unknown>();
      registered.set(id, contribution);
      entry.contributions.set(point, registered);
      return entry.subscriptions.add(
        toDisposable(() => {
          registered.delete(id);
          onUnregister(point, id);
        }),
      );
    },
  });
}

function assertRegistrable(
  entry: PluginEntry,
  point: ContributionPointName,
  id: string,
  contribution: never,
): void {
  if (entry.state !== 'activating' && entry.state !== 'active') {
    const message = `Plugin '${entry.id}' registered '${id}' after it had ended (${entry.state}).`;
    throw new EloquenceError('DISPOSED', message, { value: id });
  }
  const { noun, findFault } = contributionPointTable[point];
  const declared = declaredIds(entry, point);
  if (!declared.includes(id)) {
    if (entry.undeclared.length < maxUndeclared) entry.undeclared.push(`${point}/${String(id)}`);
    throw new EloquenceError(
      'CONTRIBUTION_UNKNOWN',
      `Plugin '${entry.id}' registered the ${noun} '${String(id)}', which its manifest does not announce.`,
      { value: id, hint: `Add it to contributes.${point}. ${nameHint(String(id), declared)}` },
    );
  }
  if (entry.contributions.get(point)?.has(id) === true) {
    const message = `Plugin '${entry.id}' registered the ${noun} '${id}' twice.`;
    throw new EloquenceError('PLUGIN_DUPLICATE', message, { value: id });
  }
  const fault = findFault(contribution, id);
  if (fault === undefined) return;
  const message = `The ${noun} '${id}' of plugin '${entry.id}' ${fault}.`;
  throw new EloquenceError('PLUGIN_INVALID', message, { value: contribution });
}

function declaredIds(entry: PluginEntry, point: ContributionPointName): string[] {
  return (entry.plugin.manifest?.contributes[point] ?? []).map(({ id }) => id);
}
