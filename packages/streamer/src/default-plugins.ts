import type { PluginDescriptor } from '@eloquence/plugin-api';
import { generatedPlugins } from './plugins.generated.js';

/** The default plugins and the application's own; one of its own takes the place of a default one of the same name. */
export function withDefaultPlugins(own: readonly PluginDescriptor[] = []): readonly PluginDescriptor[] {
  const ownNames = new Set(own.map((plugin) => plugin.manifest.name));
  return [...generatedPlugins.filter((plugin) => !ownNames.has(plugin.manifest.name)), ...own];
}
