import { nameHint } from '@eloquence/base';
import { type PluginHost, checkAgainstSchema } from '@eloquence/core';
import { type ContributionPointName, EloquenceError, type PluginDescriptor } from '@eloquence/plugin-api';
import type { ConfigFile } from './config-file.js';
import { configPlace } from './config-place.js';
import { configJsonSchema } from './config-schema.js';
import type { EloquenceConfig, StreamerDefaults } from './eloquence-config.js';

/** A mistake in the configuration file, with its place. */
export function configError(
  source: ConfigFile,
  path: readonly (string | number)[],
  message: string,
  details: { readonly value: unknown; readonly hint?: string | undefined; readonly cause?: unknown },
): EloquenceError {
  const text = `${configPlace(source, path)}: ${printPath(path)}${message}`;
  return new EloquenceError('CONFIGURATION_INVALID', text.endsWith('.') ? text : `${text}.`, details);
}

/**
 * Checks the shape of a configuration.
 *
 * @throws EloquenceError `CONFIGURATION_INVALID` with file and line of the first mistake, and all others in its message
 */
export function checkConfigShape(source: ConfigFile): EloquenceConfig {
  const { value } = source;
  const problems = checkAgainstSchema(withoutDescriptors(value), configJsonSchema());
  const [first, ...others] = problems;
  if (first === undefined) return value as EloquenceConfig;
  const more = others.map(
    ({ path, message }) => `; ${configPlace(source, path)}: ${printPath(path)}${message}`,
  );
  throw configError(source, first.path, `${first.message}${more.join('')}`, {
    value: first.value,
    hint: first.hint,
  });
}

/**
 * Checks that the plugins a configuration speaks of are there.
 *
 * @throws EloquenceError `CONFIGURATION_INVALID` with file, line and the nearest name
 */
export function checkConfigNames(
  source: ConfigFile,
  config: EloquenceConfig,
  descriptors: readonly PluginDescriptor[],
): void {
  const names = descriptors.map(({ manifest }) => manifest.name);
  const demand = (name: string, path: readonly (string | number)[]): void => {
    if (names.includes(name)) return;
    throw configError(source, path, `no plugin is called '${name}'`, {
      value: name,
      hint: nameHint(name, names),
    });
  };
  for (const [index, name] of (config.disable ?? []).entries()) demand(name, ['disable', index]);
  for (const [name, other] of Object.entries(config.replace ?? {})) {
    demand(name, ['replace', name]);
    demand(other, ['replace', name]);
  }
  for (const name of Object.keys(config.configuration ?? {})) demand(name, ['configuration', name]);
}

/** Parts of `streamer` that name a contribution. */
const streamerPoints = {
  profile: 'profiles',
  policy: 'policies',
  forecaster: 'forecasters',
  ttsEngine: 'ttsEngines',
} as const satisfies Partial<Record<keyof StreamerDefaults, ContributionPointName>>;

/**
 * Checks that somebody provides the contributions that a configuration speaks of. Loads nothing.
 *
 * @throws EloquenceError `CONFIGURATION_INVALID` with file, line and the nearest id
 */
export function checkConfigIds(source: ConfigFile, config: EloquenceConfig, host: PluginHost): void {
  const demand = (point: ContributionPointName, id: string, path: readonly (string | number)[]): void => {
    const ids = host.contributions[point].ids();
    if (ids.includes(id)) return;
    const nouns: Partial<Record<ContributionPointName, string>> = {
      monitors: 'monitor',
      textFilters: 'text filter',
    };
    const noun = nouns[point] ?? String(path.at(-1));
    throw configError(source, path, `is wrong: there is no ${noun} '${id}'`, {
      value: id,
      hint: nameHint(id, ids),
    });
  };
  for (const [index, id] of (config.monitors ?? []).entries()) demand('monitors', id, ['monitors', index]);
  for (const [index, id] of (config.streamer?.textFilters ?? []).entries())
    demand('textFilters', id, ['streamer', 'textFilters', index]);
  for (const [key, point] of Object.entries(streamerPoints)) {
    const id = config.streamer?.[key as keyof typeof streamerPoints];
    if (id !== undefined && !(key === 'profile' && id === 'auto')) demand(point, id, ['streamer', key]);
  }
}

/** Descriptors hold code, which a schema cannot check; their names stand for them. */
function withoutDescriptors(value: unknown): unknown {
  const { plugins } = (value ?? {}) as { plugins?: unknown };
  if (!Array.isArray(plugins)) return value;
  return { ...(value as object), plugins: plugins.map((plugin: unknown) => nameOf(plugin) ?? plugin) };
}

function nameOf(plugin: unknown): unknown {
  const descriptor = plugin as Partial<PluginDescriptor> | null;
  return typeof descriptor?.load === 'function' ? descriptor.manifest?.name : undefined;
}

function printPath(path: readonly (string | number)[]): string {
  const text = path.reduce<string>(
    (before, part) =>
      typeof part === 'number' ? `${before}[${part}]` : before === '' ? part : `${before}.${part}`,
    '',
  );
  return text === '' ? '' : `${text} `;
}
