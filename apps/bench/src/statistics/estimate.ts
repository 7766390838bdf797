import { wilsonInterval } from '@eloquence/base';
import type { RandomSource } from '@eloquence/plugin-api';
import { percentile, percentileOfSorted } from '@eloquence/testbed';

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
export function exactly(value: number, n = 1): Estimate {
  return { value, low: value, high: value, n };
}

/** A share or ratio in percent, or by another factor. */
export function inPercent({ value, low, high, n }: Estimate, factor = 100): Estimate {
  const scale = (share: number | null): number | null => (share === null ? null : factor * share);
  return { value: scale(value), low: scale(low), high: scale(high), n };
}

/** What a share leaves of the whole. */
export function complement({ value, low, high, n }: Estimate): Estimate {
  const rest = (share: number | null): number | null => (share === null ? null : 1 - share);
  return { value: rest(value), low: rest(high), high: rest(low), n };
}

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

const MAX_RESAMPLES = 2000;
const MIN_RESAMPLES = 200;
/** Draws for one interval at most: long simulations have thousands of values, and need fewer resamples. */
const DRAW_BUDGET = 2_000_000;

/**
 * The `share` quantile (0–1) with the percentile interval of its bootstrap (Efron & Tibshirani 1993, ch. 13).
 * Values count as independent of each other.
 */
export function bootstrapQuantile(values: readonly number[], share: number, random: RandomSource): Estimate {
  const value = percentile(values, share);
  if (value === null) return NO_ESTIMATE;
  const sorted = Float64Array.from(values).sort();
  const drawn = new Float64Array(values.length);
  return {
    value,
    ...intervalOf(values.length, () => percentileOfSorted(redraw(sorted, drawn, random).sort(), share)),
    n: values.length,
  };
}

/** The `share` quantile of `values` by that of `references`, each resampled for itself. Both count as independent. */
export function bootstrapQuantileRatio(
  values: readonly number[],
  references: readonly number[],
  share: number,
  random: RandomSource,
): Estimate {
  const { value, n } = quantileRatio(values, references, share);
  if (value === null) return NO_ESTIMATE;
  const drawn = new Float64Array(values.length);
  const drawnReferences = new Float64Array(references.length);
  const interval = intervalOf(values.length + references.length, () => {
    redraw(values, drawn, random);
    redraw(references, drawnReferences, random);
    return percentileOfSorted(drawn.sort(), share) / percentileOfSorted(drawnReferences.sort(), share);
  });
  return { value, ...interval, n };
}

/** The same without an interval: what too few values can tell of a tail. */
export function quantileRatio(
  values: readonly number[],
  references: readonly number[],
  share: number,
): Estimate {
  const value = percentile(values, share);
  const reference = percentile(references, share);
  if (value === null || reference === null || reference <= 0) return NO_ESTIMATE;
  return exactly(value / reference, Math.min(values.length, references.length));
}

/** Parts and the wholes that they are of, pair by pair. */
export type Ratios = readonly [parts: readonly number[], wholes: readonly number[]];

/** The sum of the parts by the sum of the wholes, with the percentile interval of its bootstrap. */
export function bootstrapRatio(ratios: Ratios, random: RandomSource): Estimate {
  const [{ length: n }] = ratios;
  const value = sumRatio(ratios);
  if (value === null) return NO_ESTIMATE;
  return { value, ...intervalOf(n, () => resampledRatio(ratios, random)), n };
}

/** The difference of two such ratios, each resampled for itself. */
export function bootstrapRatioDifference(ratios: Ratios, others: Ratios, random: RandomSource): Estimate {
  const [value, other] = [sumRatio(ratios), sumRatio(others)];
  if (value === null || other === null) return NO_ESTIMATE;
  const [n, otherN] = [ratios[0].length, others[0].length];
  const interval = intervalOf(
    n + otherN,
    () => resampledRatio(ratios, random) - resampledRatio(others, random),
  );
  return { value: value - other, ...interval, n: Math.min(n, otherN) };
}

function resampledRatio(ratios: Ratios, random: RandomSource): number {
  return sumRatio(ratios, () => Math.floor(random.next() * ratios[0].length)) ?? 0;
}

/** The sum of the parts by that of the wholes, of as many pairs as there are, or as often one that `pick` picks. */
export function sumRatio([parts, wholes]: Ratios, pick = (at: number): number => at): number | null {
  let part = 0;
  let whole = 0;
  for (let count = 0; count < parts.length; count++) {
    const at = pick(count);
    part += parts[at] ?? 0;
    whole += wholes[at] ?? 0;
  }
  return whole > 0 ? part / whole : null;
}

function redraw(from: ArrayLike<number>, into: Float64Array, random: RandomSource): Float64Array {
  for (let at = 0; at < into.length; at++) into[at] = from[Math.floor(random.next() * from.length)] ?? NaN;
  return into;
}

function intervalOf(n: number, draw: () => number): { readonly low: number; readonly high: number } {
  const count = Math.max(MIN_RESAMPLES, Math.min(MAX_RESAMPLES, Math.floor(DRAW_BUDGET / n)));
  const sorted = Float64Array.from({ length: count }, draw).sort();
  return { low: percentileOfSorted(sorted, 0.025), high: percentileOfSorted(sorted, 0.975) };
}
