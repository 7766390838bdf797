import { EloquenceError, type PluginDefinition } from '@eloquence/plugin-api';

/**
 * Takes the plugin out of its module. It is told by `$type`, not by identity, so that one made with another copy
 * of the contracts is accepted.
 *
 * @throws EloquenceError `PLUGIN_INVALID`
 */
export function pluginOfModule(pluginId: string, module: unknown): PluginDefinition {
  const definition = isObject(module) ? module['default'] : undefined;
  if (!isObject(definition) || definition['$type'] !== 'eloquence.plugin') {
    throw invalid(pluginId, 'has no default export made by definePlugin()', definition);
  }
  if (typeof definition['activate'] !== 'function') {
    throw invalid(pluginId, 'has no function activate()', definition);
  }
  if (definition['deactivate'] !== undefined && typeof definition['deactivate'] !== 'function') {
    throw invalid(pluginId, 'has a deactivate that is not a function', definition['deactivate']);
  }
  return definition as unknown as PluginDefinition;
}

function invalid(pluginId: string, what: string, value: unknown): EloquenceError {
  return new EloquenceError('PLUGIN_INVALID', `The module of plugin '${pluginId}' ${what}.`, {
    value,
    hint: 'Write: export default definePlugin({ activate(context) { … } })',
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
