/** What stands where a figure is not defined. */
export const NOT_DEFINED = '–';

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** A figure with as many decimals as it deserves: none from 100 on, one from 10 on, two below. */
export function formatNumber(value: number | null): string {
  if (value === null) return NOT_DEFINED;
  const magnitude = Math.abs(value);
  const decimals = Number.isInteger(value) || magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;
  const [whole = '', fraction] = value.toFixed(decimals).split('.');
  return fraction === undefined ? group(whole) : `${group(whole)}.${fraction}`;
}

/** A figure with its unit. */
export function formatQuantity(value: number | null, unit: string): string {
  if (value === null) return NOT_DEFINED;
  return unit === '' ? formatNumber(value) : `${formatNumber(value)}\u00a0${unit}`;
}

/** How many times larger `value` is than `base`, as `12×`; undefined figures and a base of 0 give no ratio. */
export function formatRatio(value: number | null, base: number | null): string {
  if (value === null || base === null || base === 0) return NOT_DEFINED;
  return `${formatNumber(value / base)}×`;
}
