/** A figure with the interval that holds it with 95 % confidence, and how many observations it stands on. */
export interface Estimate {
  /** `null` if there was nothing to measure. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

export const NO_ESTIMATE: Estimate = { value: null, low: null, high: null, n: 0 };

/** A figure that was computed, not measured. */
export function exactly(value: number): Estimate {
  return { value, low: value, high: value, n: 1 };
}

/** A share or ratio in percent. */
export function inPercent({ value, low, high, n }: Estimate): Estimate {
  const scale = (share: number | null): number | null => (share === null ? null : 100 * share);
  return { value: scale(value), low: scale(low), high: scale(high), n };
}
