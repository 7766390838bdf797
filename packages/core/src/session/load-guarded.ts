import {
  type ContributionPointName,
  type ContributionPoints,
  type EloquenceError,
  isEloquenceError,
} from '@eloquence/plugin-api';
import type { ContributionLookup } from '../contributions/contribution-lookup.js';
import type { Guard, GuardOptions } from '../plugins/guard.js';
import type { PluginHost } from '../plugins/plugin-host.js';

/** A contribution, and the guard of one operation of it. */
export interface Guarded<T> {
  readonly contribution: T;
  readonly guard: Guard;
}

/** Loads a contribution; gives `undefined` if its plugin is out of order, so that the built-in fallback must do. */
export async function loadGuarded<P extends ContributionPointName>(
  point: ContributionLookup<P>,
  id: string,
  host: PluginHost,
  { operation, ...limits }: GuardOptions & { readonly operation: string },
): Promise<Guarded<ContributionPoints[P]> | undefined> {
  try {
    const contribution = await point.get(id);
    return { contribution, guard: host.guard(point.owner(id) ?? '', operation, limits) };
  } catch (error) {
    if (isOutOfOrder(error)) return undefined;
    throw error;
  }
}

/** Whether an error says that a plugin cannot be used, rather than that something does not exist. */
export function isOutOfOrder(error: unknown): error is EloquenceError {
  return isEloquenceError(error) && (error.code === 'PLUGIN_FAILED' || error.code === 'PLUGIN_TIMEOUT');
}
