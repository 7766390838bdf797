import { definePlugin, type Plugin, type PluginDescriptor, type PluginManifest } from '@eloquence/plugin-api';

/** A plugin that the demo brings along, without a package of its own. */
export function demoPlugin(
  name: string,
  contributes: PluginManifest['contributes'],
  activate: Plugin['activate'],
): PluginDescriptor {
  return {
    manifest: { name, version: '0.1.0', engines: { eloquence: '^1.0.0' }, contributes },
    load: async () => ({ default: definePlugin({ activate }) }),
  };
}
