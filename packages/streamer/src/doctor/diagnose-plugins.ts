import { delay } from '@eloquence/base';
import { type EloquenceError, isEloquenceError } from '@eloquence/plugin-api';
import {
  type PluginFinding,
  type PluginHostOptions,
  createPluginHost,
  diagnoseHost,
  reasonOf,
  sortFindings,
} from '@eloquence/core';
import { findContractCopies } from './contract-copies.js';
import { locateFinding } from './locate-finding.js';
import { tryPlugin } from './try-plugin.js';

/** The plugins to look at, and how closely. */
export interface DiagnosePluginsOptions extends PluginHostOptions {
  /** Load each plugin, call what it contributes and end it again (default); off: look at the manifests only. */
  readonly isTrial?: boolean | undefined;
  /** Problems that came up before, for example while plugins were looked for. */
  readonly problems?: readonly EloquenceError[] | undefined;
}

/** What is left of plugins that have ended is looked for this long after, ms. */
const settleMs = 20;

/** Resources of the process that a plugin may leave behind and that keep it alive. */
const watchedResources = new Set([
  'Timeout',
  'TCPSocketWrap',
  'TCPServerWrap',
  'MessagePort',
  'ChildProcess',
  'FSEventWrap',
]);

/**
 * Looks for everything that is wrong with a set of plugins: manifests with file and line, versions, dependencies,
 * second copies of the contracts; and, unless told otherwise, runs each plugin in a host of its own and says what it
 * does wrong. The worst comes first.
 *
 * @throws EloquenceError `CONFIGURATION_INVALID` for mistakes of the application
 */
export async function diagnosePlugins(options: DiagnosePluginsOptions): Promise<PluginFinding[]> {
  const host = createPluginHost(options);
  const plugins = host.plugins();
  const findings: PluginFinding[] = (options.problems ?? []).map(asFinding);
  findings.push(...diagnoseHost(host), ...(await findContractCopies(plugins)));
  await host.dispose();
  if (options.isTrial ?? true) {
    for (const { id, state, file } of plugins) {
      if (state !== 'registered') continue;
      const place = file === undefined ? {} : { file };
      for (const finding of await trial(id, options)) findings.push({ ...place, ...finding });
    }
  }
  const located = await Promise.all(findings.map(locateFinding));
  return sortFindings(located.flat());
}

async function trial(pluginId: string, options: DiagnosePluginsOptions): Promise<PluginFinding[]> {
  const before = countResources();
  const host = createPluginHost(options);
  const findings = await tryPlugin(host, pluginId, options.clock);
  findings.push(
    ...diagnoseHost(host).filter((finding) => finding.pluginId === pluginId && !isKnown(finding)),
  );
  try {
    await host.dispose();
  } catch (error) {
    const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    findings.push(...errors.map((one) => endFinding(pluginId, one)));
  }
  await delay(options.clock, settleMs);
  for (const [resource, count] of countResources()) {
    const left = count - (before.get(resource) ?? 0);
    if (left <= 0) continue;
    const message = `It left ${left} ${resource} behind when it was ended.`;
    const hint = 'Release it in deactivate(), or add it to context.subscriptions.';
    findings.push({ pluginId, severity: 'warning', code: 'PLUGIN_INVALID', message, hint });
  }
  return findings;
}

/** Notes of the manifests' check, which came up before the trial. */
function isKnown({ severity }: PluginFinding): boolean {
  return severity === 'note';
}

function countResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const resource of process.getActiveResourcesInfo()) {
    if (watchedResources.has(resource)) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  }
  return counts;
}

function endFinding(pluginId: string, error: unknown): PluginFinding {
  const code = isEloquenceError(error) ? error.code : 'PLUGIN_FAILED';
  return { pluginId, severity: 'warning', code, message: reasonOf(error) };
}

function asFinding({ code, message, hint, value }: EloquenceError): PluginFinding {
  const pluginId = typeof value === 'string' ? value : (/'([^']+)'/.exec(message)?.[1] ?? '(unknown)');
  return { pluginId, severity: 'error', code, message, hint };
}
