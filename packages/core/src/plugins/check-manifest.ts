import { deepFreeze, nameHint } from '@eloquence/base';
import { EloquenceError, type PluginManifest } from '@eloquence/plugin-api';
import type { z } from 'zod';
import { pointNames } from '../contributions/contribution-point.js';
import { manifestSchema } from './manifest-schema.js';

/** One thing that is wrong with a manifest. */
export interface ManifestProblem {
  /** Where, for example `contributes.codecs[0].id`. */
  readonly path: string;
  readonly message: string;
  readonly value: unknown;
  readonly hint?: string;
}

export type ManifestCheck =
  | { readonly manifest: PluginManifest; readonly problems?: undefined }
  | { readonly manifest?: undefined; readonly problems: readonly [ManifestProblem, ...ManifestProblem[]] };

/**
 * Checks a manifest as it came out of a `package.json`. The result is a frozen copy of the parts that the host
 * reads: later changes of `source` have no effect.
 */
export function checkManifest(source: unknown): ManifestCheck {
  let copy: unknown;
  try {
    copy = structuredClone(source);
  } catch {
    return failed([{ path: '', message: 'must be plain data, as in a package.json', value: source }]);
  }
  const result = manifestSchema.safeParse(copy);
  if (!result.success) return failed(result.error.issues.flatMap((issue) => problemsOf(issue, copy)));
  const { name, version, engines, contributes, pluginDependencies, enabledApiProposals } = result.data;
  const manifest: PluginManifest = {
    name,
    version,
    engines: { eloquence: engines.eloquence },
    contributes,
    pluginDependencies,
    enabledApiProposals,
  };
  const repeated = findRepeatedIds(manifest);
  return repeated.length > 0 ? failed(repeated) : { manifest: deepFreeze(manifest) };
}

/** All problems of one manifest as one `PLUGIN_INVALID` error. */
export function manifestError(pluginId: string, problems: readonly ManifestProblem[]): EloquenceError {
  const lines = problems.map(({ path, message }) => (path === '' ? message : `${path} ${message}`));
  const hint = problems.find((problem) => problem.hint !== undefined)?.hint;
  return new EloquenceError(
    'PLUGIN_INVALID',
    `The manifest of plugin '${pluginId}' is wrong: ${lines.join('; ')}.`,
    {
      value: problems[0]?.value,
      hint,
    },
  );
}

function failed(problems: readonly ManifestProblem[]): ManifestCheck {
  return { problems: problems as readonly [ManifestProblem, ...ManifestProblem[]] };
}

function problemsOf(issue: z.core.$ZodIssue, source: unknown): ManifestProblem[] {
  const path = printPath(issue.path);
  const value = valueAt(source, issue.path);
  if (issue.code !== 'unrecognized_keys') {
    const message = issue.message.startsWith('must ') ? issue.message : `is not valid (${issue.message})`;
    return [{ path, message, value }];
  }
  return issue.keys.map((key) => ({
    path: path === '' ? key : `${path}.${key}`,
    message: 'is not a contribution point',
    value: key,
    hint: nameHint(key, [...pointNames, 'configuration']),
  }));
}

function findRepeatedIds(manifest: PluginManifest): ManifestProblem[] {
  const problems: ManifestProblem[] = [];
  for (const point of pointNames) {
    const seen = new Set<string>();
    for (const [index, { id }] of (manifest.contributes[point] ?? []).entries()) {
      const path = `contributes.${point}[${index}].id`;
      if (seen.has(id)) problems.push({ path, message: `repeats '${id}'`, value: id });
      seen.add(id);
    }
  }
  return problems;
}

function printPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

function valueAt(source: unknown, path: readonly PropertyKey[]): unknown {
  let value = source;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
