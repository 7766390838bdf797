import type { EloquenceError } from '@eloquence/plugin-api';
import { describeFaults } from '../plugin-fault.js';
import { quarantineAfterStrikes } from '../plugin-quarantine.js';
import type { PluginHost } from '../plugin-host.js';
import type { PluginInfo } from '../plugin-state.js';
import { reportError } from './inspect-plugins.js';
import { type PluginFinding, type FindingSeverity, sortFindings } from './plugin-finding.js';

/** What is wrong with the plugins of a host, as far as the host has noticed: names each culprit and its cause. */
export function diagnoseHost(host: PluginHost): PluginFinding[] {
  return sortFindings(host.plugins().flatMap(findingsOf));
}

function findingsOf(plugin: PluginInfo): PluginFinding[] {
  const { id, state, cause, lastFault, faults, slowCalls, lateRejections, contributions, file } = plugin;
  const findings: PluginFinding[] = [];
  const add = (severity: FindingSeverity, error: EloquenceError, message = fullMessage(error)): void => {
    findings.push({
      pluginId: id,
      severity,
      code: error.code,
      message,
      hint: error.hint,
      file,
    });
  };
  if (state === 'disabled' && cause !== undefined) add('note', cause, 'Disabled by the application.');
  else if (state === 'quarantined' && cause !== undefined)
    add('error', cause, `Quarantined after ${faults} faults; the last: ${fullMessage(cause)}`);
  else if (cause !== undefined) add('error', cause);
  else if (lastFault !== undefined)
    add(
      // A busy machine may interrupt any call for a while: once or twice tells nothing about the plugin.
      slowCalls === faults && faults < quarantineAfterStrikes ? 'note' : 'warning',
      lastFault,
      `${describeFaults(faults, slowCalls)}; the last: ${fullMessage(lastFault)}`,
    );
  if (lateRejections > 0) {
    findings.push({
      pluginId: id,
      severity: 'warning',
      code: 'PLUGIN_FAILED',
      message: `${lateRejections} of its promises were rejected after nobody waited for them any more.`,
    });
  }
  const overridden = contributions.filter(({ isOverridden }) => isOverridden).map(({ id: name }) => name);
  if (overridden.length > 0 && cause === undefined) {
    findings.push({
      pluginId: id,
      severity: 'note',
      code: 'PLUGIN_DUPLICATE',
      message: `Another plugin was chosen to provide ${overridden.join(', ')}.`,
    });
  }
  return findings;
}

/** The message with those of its causes that it does not already repeat. */
function fullMessage(error: EloquenceError): string {
  const { message, causes = [] } = reportError(error);
  const more = causes.filter((cause) => !message.includes(cause.replace(/^[A-Z_]+: /, '')));
  return [message, ...more.map((cause) => `Cause: ${cause}`)].join(' ');
}
