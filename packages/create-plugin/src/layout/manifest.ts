import type { PluginPlan } from './plugin-files.js';
import { engineRange, packageRanges } from './versions.js';

/** The parts of `package.json` that are the same in every layout, in the order in which they are written. */
export function commonManifest({ kind, names }: PluginPlan): Record<string, unknown> {
  return {
    name: names.packageName,
    version: '0.1.0',
    description: `Plugin for Eloquence: ${kind.summary}`,
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    keywords: ['eloquence', 'eloquence-plugin'],
    engines: { node: '>=20.19.0', eloquence: engineRange },
    contributes: { [kind.point]: [{ id: kind.idOf(names) }] },
  };
}

/** Ranges of the packages that the plugin needs to run. */
export function runtimeDependencies({ kind }: PluginPlan): Record<string, string> {
  return rangesOf(['@eloquence/plugin-api', ...(kind.dependencies ?? [])]);
}

/** Ranges of the packages of this project that its test needs beside those. */
export function testDependencies({ kind }: PluginPlan): Record<string, string> {
  return rangesOf(['@eloquence/plugin-contracts', ...(kind.devDependencies ?? [])]);
}

function rangesOf(packages: readonly (keyof typeof packageRanges)[]): Record<string, string> {
  return Object.fromEntries([...packages].sort().map((name) => [name, packageRanges[name]]));
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** JSON in which short lists and objects without others inside take one line, as in a tsconfig.json. */
export function toCompactJson(value: unknown): string {
  return toJson(value).replaceAll(/\[[^[\]{}]*\]|\{[^[\]{}]*\}/g, (part) => {
    const line = part.replaceAll(/\s*\n\s*/g, ' ');
    const flat = line.startsWith('[') ? line.replace('[ ', '[').replace(' ]', ']') : line;
    return flat.length <= maxInline ? flat : part;
  });
}

const maxInline = 70;
