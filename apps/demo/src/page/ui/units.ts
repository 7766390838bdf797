import type { I18n } from '../i18n/i18n.js';

/** A number and its unit, kept apart so that the unit can be set smaller. */
export type Quantity = readonly [value: string, unit: string];

const nothing: Quantity = ['–', ''];

/** A duration: ms below a second, s above. */
export function duration(i18n: I18n, ms: number | null | undefined): Quantity {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return nothing;
  if (ms < 999.5) return [i18n.number(ms), i18n.t('unit.ms')];
  return [i18n.number(ms / 1000, ms < 99_950 ? 1 : 0), i18n.t('unit.s')];
}

export function kilobytes(i18n: I18n, bytes: number | null | undefined): Quantity {
  if (bytes === null || bytes === undefined) return nothing;
  return [i18n.number(bytes / 1000, bytes < 9950 ? 1 : 0), i18n.t('unit.kB')];
}

export function bitrate(i18n: I18n, kbps: number | null | undefined): Quantity {
  if (kbps === null || kbps === undefined) return nothing;
  return kbps < 999.5 ? [i18n.number(kbps), 'kbit/s'] : [i18n.number(kbps / 1000, 1), 'Mbit/s'];
}

export function count(i18n: I18n, value: number | null | undefined): Quantity {
  return value === null || value === undefined ? nothing : [i18n.number(value), ''];
}

/** In one piece, with a space that does not break. */
export function inline([value, unit]: Quantity): string {
  return unit === '' ? value : `${value}\u00a0${unit}`;
}
