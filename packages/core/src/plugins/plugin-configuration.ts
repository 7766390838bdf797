import { deepFreeze, nameHint } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { type Settings, isSettings, mergeSettings } from './configuration-merge.js';

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
export function assertKnownPlugins(configuration: PluginConfiguration, pluginIds: readonly string[]): void {
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
