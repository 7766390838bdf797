import type { NetworkSettings } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';

type Maybe = number | null | undefined;

const nothing = '–';

/** Number and unit in one piece, with a space that does not break. */
function withUnit(value: string, unit: string): string {
  return `${value}\u00a0${unit}`;
}

/** A duration: ms below a second, s above. */
export function duration(i18n: I18n, ms: Maybe): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return nothing;
  if (ms < 999.5) return withUnit(i18n.number(ms), i18n.t('unit.ms'));
  return withUnit(i18n.number(ms / 1000, ms < 99_950 ? 1 : 0), i18n.t('unit.s'));
}

export function kilobytes(i18n: I18n, bytes: Maybe): string {
  if (bytes === null || bytes === undefined) return nothing;
  return withUnit(i18n.number(bytes / 1000, bytes < 9950 ? 1 : 0), i18n.t('unit.kB'));
}

export function bitrate(i18n: I18n, kbps: Maybe): string {
  if (kbps === null || kbps === undefined) return nothing;
  return kbps < 999.5
    ? withUnit(i18n.number(kbps), 'kbit/s')
    : withUnit(i18n.number(kbps / 1000, 1), 'Mbit/s');
}

export function percent(i18n: I18n, value: Maybe): string {
  return value === null || value === undefined ? nothing : withUnit(i18n.number(value, 1), '%');
}

export function count(i18n: I18n, value: Maybe): string {
  return value === null || value === undefined ? nothing : i18n.number(value);
}

/** Positions of the rate's slider: logarithmic, the last one is no limit. */
export const rateSteps = 60;
const rateFromKbps = 50;
const rateToKbps = 20_000;

/** Where a slider stands for a value; values beyond its ends stand at the end. */
export function toPosition(key: keyof NetworkSettings, value: number): number {
  if (key !== 'rateKbps') return value;
  if (value === 0) return rateSteps;
  const share = Math.log(value / rateFromKbps) / Math.log(rateToKbps / rateFromKbps);
  return Math.min(rateSteps - 1, Math.max(0, Math.round(share * (rateSteps - 1))));
}

/** The value at a position; rates are rounded to two digits. */
export function fromPosition(key: keyof NetworkSettings, position: number): number {
  if (key !== 'rateKbps') return position;
  if (position >= rateSteps) return 0;
  const kbps = rateFromKbps * (rateToKbps / rateFromKbps) ** (position / (rateSteps - 1));
  const unit = 10 ** (Math.floor(Math.log10(kbps)) - 1);
  return Math.round(kbps / unit) * unit;
}

/** `BALANCED_OPTIMAL` as people write it. */
export function readable(id: string): string {
  if (!/^[A-Z_]+$/.test(id)) return id;
  const text = id.replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
