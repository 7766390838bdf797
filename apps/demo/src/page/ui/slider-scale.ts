import type { NetworkSettings } from '../../protocol.js';

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
