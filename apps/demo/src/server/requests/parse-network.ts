import type { NetworkPresetName, NetworkRequest, NetworkSettings } from '../../protocol.js';
import { asRecord, invalid, numberWithin, oneOf, onlyFields } from './body-fields.js';

export const PRESET_NAMES: readonly NetworkPresetName[] = ['A', 'B', 'C', 'D', 'E', 'F', 'S'];
export const BLACKOUT_LIMITS_MS: readonly [number, number] = [50, 30_000];

/** What the sliders offer; the emulator itself takes more. */
export const NETWORK_LIMITS: Readonly<Record<keyof NetworkSettings, readonly [number, number]>> = {
  delayMs: [0, 1000],
  jitterMs: [0, 200],
  lossPercent: [0, 50],
  burstMs: [0, 1000],
  rateKbps: [0, 100_000],
};

const SETTING_NAMES = Object.keys(NETWORK_LIMITS) as readonly (keyof NetworkSettings)[];

/** @throws EloquenceError `OPTION_INVALID` */
export function parseNetwork(body: unknown): NetworkRequest {
  const record = asRecord(body);
  if ('preset' in record) {
    onlyFields(record, ['preset']);
    return { preset: oneOf('preset', record['preset'], PRESET_NAMES) };
  }
  if ('blackoutMs' in record) {
    onlyFields(record, ['blackoutMs']);
    return { blackoutMs: numberWithin('blackoutMs', record['blackoutMs'], BLACKOUT_LIMITS_MS) };
  }
  onlyFields(record, ['preset', 'blackoutMs', ...SETTING_NAMES]);
  const settings: { -readonly [Name in keyof NetworkSettings]?: number } = {};
  for (const name of SETTING_NAMES) {
    if (record[name] !== undefined) settings[name] = numberWithin(name, record[name], NETWORK_LIMITS[name]);
  }
  if (Object.keys(settings).length === 0)
    throw invalid('body', record, `Give a preset, blackoutMs, or some of: ${SETTING_NAMES.join(', ')}.`);
  return settings;
}
