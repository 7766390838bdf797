import { type Estimate, NO_ESTIMATE } from './estimate.js';

/** Quantile of the normal distribution for 95 % between both sides. */
const Z = 1.959964;

/**
 * A proportion with its score interval (Wilson 1927), which also holds for no and for few successes.
 *
 * @param successes 0 … `n`
 */
export function wilson(successes: number, n: number): Estimate {
  if (n <= 0) return NO_ESTIMATE;
  const share = successes / n;
  const z2 = Z * Z;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return {
    value: share,
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === n ? 1 : Math.min(1, centre + half),
    n,
  };
}
