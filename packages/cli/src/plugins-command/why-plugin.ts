import { nameHint } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';
import type { Style } from '../terminal/terminal.js';
import { type ListedPlugin, type PluginList, renderDecisions } from './list-plugins.js';

/** @throws EloquenceError `OPTION_INVALID` for a plugin that is not there, with the nearest name */
export function findPlugin({ plugins }: PluginList, pluginId: string): ListedPlugin {
  const plugin = plugins.find(({ id }) => id === pluginId);
  if (plugin !== undefined) return plugin;
  throw new EloquenceError('OPTION_INVALID', `There is no plugin '${pluginId}'.`, {
    value: pluginId,
    hint: nameHint(
      pluginId,
      plugins.map(({ id }) => id),
    ),
  });
}

const origins: Readonly<Record<ListedPlugin['origin'], string>> = {
  default: 'It is one of the default plugins.',
  dependency: "It is a dependency of the application with the keyword 'eloquence-plugin'.",
  configuration: 'The configuration file names it.',
};

/** Says how a plugin got here, what loaded it, who needs it, and what it decided. */
export function renderWhy(plugin: ListedPlugin, run: boolean, style: Style): string {
  const { id, state, version, origin, file, loadedBy, dependents, cause } = plugin;
  const lines = [
    `${style.bold(id)} ${version}: ${state}`,
    `  ${origins[origin]}`,
    ...(file === undefined ? [] : [`  ${file}`]),
    ...loadedBy.map(
      ({ pluginId, need }, depth) =>
        `${'  '.repeat(depth + 1)}${pluginId} was loaded by ${style.accent(need)}`,
    ),
    ...(loadedBy.length > 0 ? [] : [`  ${notLoaded(plugin, run)}`]),
    ...(dependents.length === 0 ? [] : [`  Plugins that need it: ${dependents.join(', ')}.`]),
    ...renderDecisions(plugin, style).map((line) => `  ${line}`),
    ...(cause === undefined ? [] : [`  ${style.bad(cause.message)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function notLoaded({ contributions, cause }: ListedPlugin, run: boolean): string {
  if (cause !== undefined) return 'It is not loaded, because it cannot be used:';
  const needs = contributions
    .filter(({ isOverridden }) => !isOverridden)
    .map(({ point, id }) => `${point}/${id}`);
  const would =
    needs.length === 0 ? 'Nothing would load it.' : `The first use of ${needs.join(' or ')} would load it.`;
  return run ? `Saying something did not load it. ${would}` : would;
}
