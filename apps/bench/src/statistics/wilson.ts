import { wilsonInterval } from '@eloquence/base';
import { type Estimate, NO_ESTIMATE } from './estimate.js';

/** Quantile of the normal distribution for 95 % between both sides. */
const Z = 1.959964;

/**
 * A proportion with its score interval.
 *
 * @param successes 0 … `n`
 */
export function wilson(successes: number, n: number): Estimate {
  if (n <= 0) return NO_ESTIMATE;
  const value = successes / n;
  return { value, ...wilsonInterval(value, n, Z), n };
}
