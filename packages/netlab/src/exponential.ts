import type { RandomSource } from '@eloquence/plugin-api';

/** A draw from the exponential distribution with the given mean (inversion of its distribution function). */
export function drawExponential(random: RandomSource, mean: number): number {
  return -Math.log(1 - random.next()) * mean;
}
