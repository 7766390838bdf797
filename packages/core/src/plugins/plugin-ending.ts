import { withTimeout } from '@eloquence/base';
import { type Clock, EloquenceError, isEloquenceError } from '@eloquence/plugin-api';
import type { PluginEntry } from './plugin-entry.js';
import { reasonOf } from './plugin-fault.js';

/** Calls `deactivate()` of an active plugin, then releases what it holds. Returns what went wrong; never rejects. */
export async function endPlugin(
  entry: PluginEntry,
  clock: Clock,
  limitMs: number,
): Promise<readonly EloquenceError[]> {
  const errors: EloquenceError[] = [];
  try {
    await deactivate(entry, clock, limitMs);
  } catch (error) {
    errors.push(endError(entry, error));
  }
  entry.health.retire();
  for (const error of releasePlugin(entry)) errors.push(endError(entry, error));
  return errors;
}

/** Releases what the plugin holds and returns what was thrown meanwhile. */
export function releasePlugin(entry: PluginEntry): readonly unknown[] {
  try {
    entry.subscriptions.dispose();
    return [];
  } catch (error) {
    return error instanceof AggregateError ? error.errors : [error];
  } finally {
    entry.contributions.clear();
  }
}

export function pluginTimeout(entry: PluginEntry, what: string, limitMs: number): EloquenceError {
  const message = `Plugin '${entry.id}' took too long: ${what} was not done after ${limitMs} ms.`;
  return new EloquenceError('PLUGIN_TIMEOUT', message, { value: entry.id });
}

/** All errors of an end as one, or nothing. @throws AggregateError */
export function throwTogether(errors: readonly EloquenceError[]): void {
  if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join(' '));
}

async function deactivate(entry: PluginEntry, clock: Clock, limitMs: number): Promise<void> {
  const { definition } = entry;
  if (definition?.deactivate === undefined) return;
  await withTimeout(() => definition.deactivate?.(), {
    clock,
    ms: limitMs,
    error: () => pluginTimeout(entry, 'deactivate()', limitMs),
    onLateRejection: () => entry.health.recordLateRejection(),
  });
}

function endError(entry: PluginEntry, error: unknown): EloquenceError {
  if (isEloquenceError(error) && error.code === 'PLUGIN_TIMEOUT') return error;
  const message = `Plugin '${entry.id}' failed while it was ended: ${reasonOf(error)}`;
  return new EloquenceError('PLUGIN_FAILED', message, { value: entry.id, cause: error });
}
