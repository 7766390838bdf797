import { EloquenceError } from '@eloquence/plugin-api';
import type { PluginKind } from './kinds/plugin-kind.js';
import { pluginKinds } from './kinds/plugin-kinds.js';
import type { FileMap, PluginPlan } from './layout/plugin-files.js';
import { standaloneLayout } from './layout/standalone-layout.js';
import { firstChangeset, workspaceLayout } from './layout/workspace-layout.js';
import { derivePluginNames } from './plugin-names.js';

export interface RenderPluginOptions {
  /** Name of the package, for example `mulaw` or `@acme/eloquence-mulaw`. */
  readonly name: string;
  /** `ttsEngine`, `codec`, `batcher`, `profile`, `transport`, `monitor`, `policy`, `rule`, `forecaster` or `service`. */
  readonly kind: string;
  /** Id of the contribution; derived from the name if absent. */
  readonly id?: string | undefined;
  /** `standalone` (default): a package of its own. `workspace`: one of this project's workspace. */
  readonly layout?: 'standalone' | 'workspace';
  /** Who holds the copyright; "the authors of <name>" if absent. */
  readonly author?: string | undefined;
  /** Year of the copyright. */
  readonly year: number;
}

export interface RenderedPlugin {
  readonly packageName: string;
  /** Folder that suggests itself. */
  readonly folder: string;
  readonly files: FileMap;
  /** Text of a changeset; in a workspace only. */
  readonly changeset?: string;
}

/**
 * Writes a plugin, in memory: manifest, code, contract test and everything around them.
 *
 * @throws EloquenceError `OPTION_INVALID` for a name, an id or a kind that cannot be
 */
export function renderPlugin(options: RenderPluginOptions): RenderedPlugin {
  const kind = findKind(options.kind);
  const names = derivePluginNames(options.name, kind.kind, options.id);
  const author = options.author ?? `the authors of ${names.packageName}`;
  const plan: PluginPlan = { names, kind, author, year: options.year };
  const { packageName, folder } = names;
  return options.layout === 'workspace'
    ? { packageName, folder, files: workspaceLayout(plan), changeset: firstChangeset(plan) }
    : { packageName, folder, files: standaloneLayout(plan) };
}

function findKind(name: string): PluginKind {
  const plain = (text: string): string => text.toLowerCase().replaceAll('-', '');
  const found = pluginKinds.find(({ kind, point }) =>
    [kind, point].some((word) => plain(word) === plain(name)),
  );
  if (found !== undefined) return found;
  throw new EloquenceError('OPTION_INVALID', `'${name}' is not a kind of plugin.`, {
    value: name,
    hint: `Use one of ${pluginKinds.map(({ kind }) => kind).join(', ')}.`,
  });
}
