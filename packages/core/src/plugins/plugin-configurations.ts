import { EloquenceError } from '@eloquence/plugin-api';
import type { Settings } from './configuration-merge.js';
import { ConfigurationSchema, type PluginConfiguration, assertKnownPlugins } from './plugin-configuration.js';
import type { RegisteredPlugin } from './plugin-registry.js';

/** The settings of all plugins of a host: the application's over the plugins' own, and a session's over both. */
export class PluginConfigurations {
  readonly #configuration: PluginConfiguration;
  readonly #schemas = new Map<string, ConfigurationSchema>();

  /** @throws EloquenceError `CONFIGURATION_INVALID` if there are settings for a plugin that is not there */
  constructor(configuration: PluginConfiguration, pluginIds: readonly string[]) {
    assertKnownPlugins(configuration, pluginIds);
    this.#configuration = configuration;
  }

  /** @throws EloquenceError `CONFIGURATION_INVALID`; `PLUGIN_INVALID` if the plugin's schema is wrong */
  of(plugin: RegisteredPlugin, session: Settings = {}): Settings {
    const { id, descriptor } = plugin;
    return this.#schemaOf(plugin).resolve([
      { name: 'plugin', settings: descriptor.configuration ?? {} },
      { name: 'application', settings: this.#ofApplication(id) ?? {} },
      { name: 'session', settings: session },
    ]);
  }

  /**
   * Checks what is configured, before any code of the plugin runs. A wrong schema shows when the plugin is activated.
   *
   * @throws EloquenceError `CONFIGURATION_INVALID`: a wrong setting is the application's mistake
   */
  check(plugin: RegisteredPlugin): void {
    const { id, descriptor, manifest } = plugin;
    const isConfigured = descriptor.configuration !== undefined || this.#ofApplication(id) !== undefined;
    if (!isConfigured || manifest === undefined) return;
    try {
      this.of(plugin);
    } catch (error) {
      if (error instanceof EloquenceError && error.code === 'PLUGIN_INVALID') return;
      throw error;
    }
  }

  #ofApplication(pluginId: string): Settings | undefined {
    return Object.hasOwn(this.#configuration, pluginId) ? this.#configuration[pluginId] : undefined;
  }

  #schemaOf({ id, manifest }: RegisteredPlugin): ConfigurationSchema {
    let schema = this.#schemas.get(id);
    if (schema === undefined) {
      schema = new ConfigurationSchema(id, manifest?.contributes.configuration);
      this.#schemas.set(id, schema);
    }
    return schema;
  }
}
