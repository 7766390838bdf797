import { deepFreeze, nameHint } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { RegisteredPlugin } from './plugin-registry.js';

/** Where settings come from, from weak to strong; below all of them are the defaults in the schema. */
export type ConfigurationLayerName = 'plugin' | 'application' | 'session';

export interface ConfigurationLayer {
  readonly name: ConfigurationLayerName;
  readonly settings: Settings;
}

/** Settings of plugins by the plugin's name. */
export type PluginConfiguration = Readonly<Record<string, Settings>>;

/** The settings of one plugin: its JSON Schema, and how layers of settings become one checked whole. */
export class ConfigurationSchema {
  readonly #pluginId: string;
  readonly #schema: Settings;
  readonly #hasSettings: boolean;
  #validate: ValidateFunction | undefined;

  /** @param schema `contributes.configuration`; without one, every key is unknown */
  constructor(pluginId: string, schema: Settings | undefined) {
    this.#pluginId = pluginId;
    this.#hasSettings = schema !== undefined;
    this.#schema = schema ?? { type: 'object', properties: {} };
  }

  /**
   * Merges the layers, fills in defaults and checks the result.
   *
   * @returns the settings, frozen
   * @throws EloquenceError `CONFIGURATION_INVALID` naming plugin, layer and key; `PLUGIN_INVALID` if the schema
   * itself is wrong
   */
  resolve(layers: readonly ConfigurationLayer[]): Settings {
    let merged: Record<string, unknown> = {};
    for (const { name, settings } of layers) {
      if (!isSettings(settings)) {
        const message = `The ${name} configuration of '${this.#pluginId}' must be an object.`;
        throw new EloquenceError('CONFIGURATION_INVALID', message, { value: settings });
      }
      this.#assertKnownKeys(settings, this.#schema, '', name);
      merged = mergeSettings(merged, settings);
    }
    // Setting up a validator takes milliseconds, on the way to the first sound: not for plugins without settings.
    if (!this.#hasSettings) return deepFreeze(merged);
    const validate = this.#compile();
    if (!validate(merged)) throw this.#invalid(validate.errors ?? [], merged);
    return deepFreeze(merged);
  }

  #assertKnownKeys(settings: Settings, schema: Settings, path: string, layer: ConfigurationLayerName): void {
    const { properties, patternProperties, additionalProperties } = schema;
    if (!isSettings(properties)) return;
    const isClosed = patternProperties === undefined && (additionalProperties ?? false) === false;
    for (const [key, value] of Object.entries(settings)) {
      const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (property === undefined) {
        if (!isClosed) continue;
        throw new EloquenceError(
          'CONFIGURATION_INVALID',
          `'${path}${key}' is not a setting of '${this.#pluginId}' (${layer} configuration).`,
          { value: key, hint: nameHint(key, Object.keys(properties)) },
        );
      }
      if (isSettings(value) && isSettings(property))
        this.#assertKnownKeys(value, property, `${path}${key}.`, layer);
    }
  }

  #compile(): ValidateFunction {
    if (this.#validate !== undefined) return this.#validate;
    // Editors' keywords such as markdownDescription are let through, hence not strict; one instance per schema, so
    // that nothing of a plugin stays behind in a shared one.
    const ajv = new Ajv2020({
      strict: false,
      allErrors: true,
      useDefaults: true,
      validateFormats: false,
      logger: false,
    });
    try {
      this.#validate = ajv.compile(this.#schema);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `contributes.configuration of '${this.#pluginId}' is not a JSON Schema: ${reason}`;
      throw new EloquenceError('PLUGIN_INVALID', message, { value: this.#schema, cause: error });
    }
    return this.#validate;
  }

  #invalid(errors: readonly ErrorObject[], settings: Settings): EloquenceError {
    const first = errors[0];
    const lines = errors.map(
      (error) => `'${keyOf(error)}' ${error.message ?? 'is not valid'}${limitOf(error)}`,
    );
    const message = `The configuration of '${this.#pluginId}' is wrong: ${lines.join('; ')}.`;
    return new EloquenceError('CONFIGURATION_INVALID', message, {
      value: first === undefined ? settings : valueAt(settings, first.instancePath),
    });
  }
}

/** @throws EloquenceError `CONFIGURATION_INVALID` if `configuration` has settings for a plugin that is not there */
function assertKnownPlugins(configuration: PluginConfiguration, pluginIds: readonly string[]): void {
  for (const id of Object.keys(configuration)) {
    if (pluginIds.includes(id)) continue;
    const message = `There are settings for the plugin '${id}', which is not installed.`;
    throw new EloquenceError('CONFIGURATION_INVALID', message, { value: id, hint: nameHint(id, pluginIds) });
  }
}

function keyOf(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  return path === '' ? 'configuration' : path;
}

function limitOf(error: ErrorObject): string {
  const { allowedValues } = error.params as { allowedValues?: readonly unknown[] };
  return allowedValues === undefined ? '' : ` (${allowedValues.map(String).join(', ')})`;
}

function valueAt(settings: Settings, pointer: string): unknown {
  let value: unknown = settings;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}

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

/** Settings of one plugin, or a part of them. */
export type Settings = Readonly<Record<string, unknown>>;

/** Lays `upper` over `lower`: objects are merged key by key, everything else is replaced. Neither is changed. */
export function mergeSettings(lower: Settings, upper: Settings): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const layer of [lower, upper]) {
    for (const [key, value] of Object.entries(layer)) {
      if (key === '__proto__' || value === undefined) continue;
      const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
      merged[key] = isSettings(value) ? mergeSettings(isSettings(below) ? below : {}, value) : copyOf(value);
    }
  }
  return merged;
}

export function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function copyOf(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map((item) => (isSettings(item) ? mergeSettings({}, item) : copyOf(item)))
    : value;
}
