import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  EloquenceError,
  type PluginDefinition,
  type PluginDescriptor,
  type PluginManifest,
} from '@eloquence/plugin-api';
import { reasonOf } from '@eloquence/core';

/** Packages with this keyword are plugins. */
const pluginKeyword = 'eloquence-plugin';

/** Where plugins are looked for. */
export interface DiscoverPluginsOptions {
  /** Folder with the application's `package.json`. */
  readonly directory: string;
  /** Packages that are plugins whether or not they are dependencies with the keyword. */
  readonly include?: readonly string[] | undefined;
  /** Whether to look through the dependencies (default), or only at `include`. */
  readonly isScanning?: boolean | undefined;
  /** Conditions for the plugins' `exports`; those of Node if absent. */
  readonly conditions?: readonly string[] | undefined;
}

/** What was found. */
export interface DiscoveredPlugins {
  /** The plugins, sorted by name; none of their code is loaded. */
  readonly descriptors: readonly PluginDescriptor[];
  /** Dependencies that could not be read, and plugins that have no code: one `PLUGIN_INVALID` or `IO_FAILED` each. */
  readonly problems: readonly EloquenceError[];
}

type PackageJson = Readonly<Record<string, unknown>>;

/**
 * Finds the plugins among the `dependencies` and `optionalDependencies` of an application, by their keyword. Reads
 * their `package.json` only; their code is imported when it is needed.
 *
 * @throws EloquenceError `IO_FAILED` if the application's own `package.json` cannot be read
 */
export async function discoverPlugins(options: DiscoverPluginsOptions): Promise<DiscoveredPlugins> {
  const directory = path.resolve(options.directory);
  const application = await readPackage(path.join(directory, 'package.json'));
  if (application === undefined) {
    const message = `There is no package.json in '${directory}'.`;
    throw new EloquenceError('IO_FAILED', message, {
      value: directory,
      hint: "Name the application's folder.",
    });
  }
  const optional = Object.keys(recordOf(application['optionalDependencies']));
  const included = new Set(options.include);
  const scanned =
    options.isScanning === false ? [] : [...Object.keys(recordOf(application['dependencies'])), ...optional];
  const names = new Set([...scanned, ...included]);
  const descriptors: PluginDescriptor[] = [];
  const problems: EloquenceError[] = [];
  for (const name of [...names].sort()) {
    try {
      const found = await findPackage(directory, name);
      // What is optional may be absent, and what is not a package may not be looked at.
      if (found === undefined) {
        if (included.has(name) || !optional.includes(name)) problems.push(notInstalled(name));
        continue;
      }
      const keywords = found.json['keywords'];
      const isMarked = Array.isArray(keywords) && keywords.includes(pluginKeyword);
      if (!isMarked && !included.has(name)) continue;
      descriptors.push(describePackage(found.directory, found.json, options.conditions));
    } catch (error) {
      problems.push(error instanceof EloquenceError ? error : unreadable(name, error));
    }
  }
  return { descriptors, problems };
}

function describePackage(
  directory: string,
  json: PackageJson,
  conditions: readonly string[] | undefined,
): PluginDescriptor {
  const name = String(json['name']);
  const target = resolveExport(json['exports'], './plugin', conditions);
  if (target === undefined) {
    const message = `Package '${name}' has the keyword '${pluginKeyword}', but does not export './plugin'.`;
    throw new EloquenceError('PLUGIN_INVALID', message, {
      value: json['exports'],
      hint: `Add to its package.json: "exports": { "./plugin": "./dist/plugin.js" }`,
    });
  }
  const url = pathToFileURL(path.join(directory, target)).href;
  return {
    // Whether it is a manifest is for the registry to say.
    manifest: json as unknown as PluginManifest,
    file: path.join(directory, 'package.json'),
    load: () => import(url) as Promise<{ readonly default: PluginDefinition }>,
  };
}

/** Looks where Node would: in `node_modules` of the folder and of the folders above it. */
async function findPackage(
  from: string,
  name: string,
): Promise<{ readonly directory: string; readonly json: PackageJson } | undefined> {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const directory = path.join(folder, 'node_modules', name);
    const json = await readPackage(path.join(directory, 'package.json'));
    if (json !== undefined) return { directory, json };
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** @throws EloquenceError `IO_FAILED` if there is such a file that is not a package.json */
async function readPackage(file: string): Promise<PackageJson | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(file, error);
  }
  try {
    return recordOf(JSON.parse(text));
  } catch (error) {
    throw unreadable(file, error);
  }
}

function recordOf(value: unknown): PackageJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as PackageJson) : {};
}

function notInstalled(name: string): EloquenceError {
  return new EloquenceError('IO_FAILED', `The dependency '${name}' is not installed.`, {
    value: name,
    hint: 'Install the dependencies of the application.',
  });
}

function unreadable(what: string, cause: unknown): EloquenceError {
  return new EloquenceError('IO_FAILED', `'${what}' cannot be read: ${reasonOf(cause)}`, {
    value: what,
    cause,
  });
}

/** Conditions of an ES module that Node imports. */
const importConditions = ['node', 'import', 'module-sync', 'default'] as const;

/**
 * The file behind one entry of a package's `exports`, relative to the package; `undefined` if there is none. Only
 * what plugins need: a target, or conditions around it, and no patterns.
 *
 * @see https://nodejs.org/api/packages.html#conditional-exports
 */
export function resolveExport(
  exports: unknown,
  entry: string,
  conditions: readonly string[] = importConditions,
): string | undefined {
  if (typeof exports !== 'object' || exports === null) return undefined;
  return resolveTarget((exports as Record<string, unknown>)[entry], conditions);
}

function resolveTarget(target: unknown, conditions: readonly string[]): string | undefined {
  if (typeof target === 'string') return isInsidePackage(target) ? target : undefined;
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    if (!conditions.includes(condition)) continue;
    const resolved = resolveTarget(inner, conditions);
    if (resolved !== undefined) return resolved;
  }
  return undefined;
}

function isInsidePackage(target: string): boolean {
  return (
    target.startsWith('./') &&
    !target.split(/[/\\]/).some((part, index) => part === '..' || (part === '.' && index > 0))
  );
}
