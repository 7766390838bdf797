import type { PluginsRequest } from '../../protocol.js';
import { asRecord, invalid, oneOf, onlyFields } from './body-fields.js';

/** Checks the form; whether the names exist is known where they are used. @throws EloquenceError `OPTION_INVALID` */
export function parsePlugins(body: unknown): PluginsRequest {
  const record = asRecord(body);
  const action = oneOf('action', record['action'], ['enable', 'disable', 'choose', 'break', 'repair']);
  switch (action) {
    case 'enable':
    case 'disable':
      onlyFields(record, ['action', 'pluginId']);
      return { action, pluginId: textOf('pluginId', record['pluginId']) };
    case 'choose':
      onlyFields(record, ['action', 'name', 'value']);
      return {
        action,
        name: oneOf('name', record['name'], ['profile', 'codec', 'batcher']),
        value: textOf('value', record['value']),
      };
    case 'break':
    case 'repair':
      onlyFields(record, ['action', 'name']);
      return {
        action,
        name: oneOf('name', record['name'], ['codec-throws', 'codec-slow', 'batcher-throws']),
      };
  }
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= 200) return value;
  throw invalid(name, value, `Give ${name} as a name.`);
}
