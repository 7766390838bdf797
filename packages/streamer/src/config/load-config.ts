import { existsSync } from 'node:fs';
import path from 'node:path';
import { type PluginHostOptions, createPluginHost } from '@eloquence/core';
import { discoverPlugins } from '../discovery/discover-plugins.js';
import {
  type EloquenceError,
  type PluginDescriptor,
  createSystemClock,
  isEloquenceError,
} from '@eloquence/plugin-api';
import { withDefaultPlugins } from '../default-plugins.js';
import type { StreamerOptions } from '../streamer-options.js';
import { checkConfigIds, checkConfigNames, checkConfigShape, configError } from './check-config.js';
import { type ConfigFile, readConfigFile } from './config-file.js';
import type { EloquenceConfig } from './eloquence-config.js';

/** Where the configuration is. */
export interface LoadConfigOptions {
  /** The application's folder, the one with its `package.json`. */
  readonly directory: string;
  /** Configuration file, relative to the folder; `eloquence.config.{ts,mjs,json}` if absent. */
  readonly file?: string | undefined;
  /** Conditions for the `exports` of plugins; those of Node if absent. */
  readonly conditions?: readonly string[] | undefined;
}

/** How a plugin got into an application. */
export type PluginOrigin = 'default' | 'dependency' | 'configuration';

/** An application's configuration with the plugins that it comes to. */
export interface LoadedConfig {
  /** The configuration file; absent if there is none. */
  readonly file?: string | undefined;
  /** For `new AdaptiveAudioStreamer(room, options)`; add to them or replace parts as needed. */
  readonly options: StreamerOptions;
  /** For `createPluginHost`: all plugins, the default ones included. */
  readonly host: Omit<PluginHostOptions, 'clock'>;
  /** Where each plugin comes from, by its name. */
  readonly origins: ReadonlyMap<string, PluginOrigin>;
  /** Dependencies that should be plugins but could not be read. The others work all the same. */
  readonly problems: readonly EloquenceError[];
}

/**
 * Reads the configuration of an application and finds its plugins. Checks everything that can be checked without
 * running a plugin.
 *
 * @throws EloquenceError `CONFIGURATION_INVALID` naming file, line and the nearest valid name; `IO_FAILED`
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const directory = path.resolve(options.directory);
  const source = await readConfigFile(directory, options.file);
  const config = source === undefined ? {} : checkConfigShape(source);
  const found = await findPlugins(directory, config, source, options.conditions);
  const descriptors = withDefaultPlugins(found.own);
  if (source !== undefined) checkConfigNames(source, config, descriptors);
  const host = hostOptions(config, descriptors);
  checkWithHost(source, config, host);
  if (source !== undefined) {
    const { configuration: _settings, ...plain } = host;
    checkConfigIds(source, config, createPluginHost({ ...plain, clock: createSystemClock() }));
  }
  const { configuration, overrides, disabled, apiProposals } = host;
  return {
    ...(source === undefined ? {} : { file: source.file }),
    host,
    options: {
      ...config.streamer,
      plugins: found.own,
      configuration,
      overrides,
      disabled,
      apiProposals,
      monitors: config.monitors,
    },
    origins: originsOf(config, found.own, descriptors),
    problems: found.problems,
  };
}

async function findPlugins(
  directory: string,
  config: EloquenceConfig,
  source: ConfigFile | undefined,
  conditions: readonly string[] | undefined,
): Promise<{ readonly own: readonly PluginDescriptor[]; readonly problems: readonly EloquenceError[] }> {
  const given = config.plugins?.filter((plugin) => typeof plugin !== 'string') ?? [];
  const givenNames = new Set(given.map(({ manifest }) => manifest.name));
  const named = [
    ...(config.plugins ?? []).flatMap((plugin, index) =>
      typeof plugin === 'string' ? [{ name: plugin, place: ['plugins', index] }] : [],
    ),
    ...Object.entries(config.replace ?? {}).map(([name, other]) => ({
      name: other,
      place: ['replace', name],
    })),
  ].filter(({ name }) => !givenNames.has(name));
  // A folder that is not a package, for example where somebody tries the command, has no dependencies.
  if (named.length === 0 && !existsSync(path.join(directory, 'package.json')))
    return { own: given, problems: [] };
  const discovered = await discoverPlugins({
    directory,
    include: named.map(({ name }) => name),
    isScanning: config.discover ?? true,
    conditions,
  });
  const present = new Set(discovered.descriptors.map(({ manifest }) => manifest.name));
  const missing = named.find(({ name }) => !present.has(name));
  if (missing !== undefined && source !== undefined) {
    const cause = discovered.problems.find(({ message }) => message.includes(`'${missing.name}'`));
    throw configError(
      source,
      missing.place,
      `the plugin '${missing.name}' cannot be used: ${cause?.message ?? 'it is not installed.'}`,
      {
        value: missing.name,
        hint: cause?.hint ?? 'Install it as a dependency of the application.',
        cause,
      },
    );
  }
  const own = [...discovered.descriptors.filter(({ manifest }) => !givenNames.has(manifest.name)), ...given];
  return { own, problems: discovered.problems };
}

function hostOptions(
  config: EloquenceConfig,
  descriptors: readonly PluginDescriptor[],
): LoadedConfig['host'] {
  const disabled = [...new Set([...(config.disable ?? []), ...Object.keys(config.replace ?? {})])];
  return {
    descriptors,
    configuration: config.configuration,
    overrides: config.overrides,
    ...(disabled.length === 0 ? {} : { disabled }),
    apiProposals: config.apiProposals,
  };
}

/** Lets the host look at overrides and settings, and says where in the file a mistake is. */
function checkWithHost(
  source: ConfigFile | undefined,
  config: EloquenceConfig,
  host: LoadedConfig['host'],
): void {
  const check = (part: Partial<LoadedConfig['host']>, place: readonly string[]): void => {
    const { configuration: _settings, overrides: _choices, ...plain } = host;
    try {
      createPluginHost({ ...plain, ...part, clock: createSystemClock() });
    } catch (error) {
      if (!isEloquenceError(error) || source === undefined) throw error;
      const { message, value, hint } = error;
      const path = placeIn(message, place);
      throw configError(source, path, `is wrong: ${message}`, {
        value,
        hint,
        cause: error,
      });
    }
  };
  if (config.overrides !== undefined) check({ overrides: config.overrides }, []);
  for (const [id, settings] of Object.entries(config.configuration ?? {}))
    check({ configuration: { [id]: settings } }, ['configuration', id]);
}

/** Messages name the part that they are about: `overrides.codecs.opus: …`, or the setting in quotes. */
function placeIn(message: string, place: readonly string[]): readonly string[] {
  const named = place.length === 0 ? /^([\w.-]+)/.exec(message)?.[1] : /'([\w.-]+)'/.exec(message)?.[1];
  return [...place, ...(named?.split('.') ?? [])];
}

function originsOf(
  config: EloquenceConfig,
  own: readonly PluginDescriptor[],
  all: readonly PluginDescriptor[],
): ReadonlyMap<string, PluginOrigin> {
  const configured = new Set([
    ...(config.plugins ?? []).map((plugin) => (typeof plugin === 'string' ? plugin : plugin.manifest.name)),
    ...Object.values(config.replace ?? {}),
  ]);
  const ownNames = new Set(own.map(({ manifest }) => manifest.name));
  return new Map(
    all.map(({ manifest: { name } }) => [
      name,
      configured.has(name) ? 'configuration' : ownNames.has(name) ? 'dependency' : 'default',
    ]),
  );
}
