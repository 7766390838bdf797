import { percentile } from '@eloquence/testbed';
import type { RandomSource } from '@eloquence/plugin-api';
import { type Estimate, NO_ESTIMATE } from './estimate.js';

const MAX_RESAMPLES = 2000;
const MIN_RESAMPLES = 200;
/** Draws for one interval at most: long simulations have thousands of values, and need fewer resamples. */
const DRAW_BUDGET = 2_000_000;

/**
 * The `share` quantile (0–1) with the percentile interval of its bootstrap (Efron & Tibshirani 1993, ch. 13).
 * Values count as independent of each other.
 */
export function bootstrapQuantile(values: readonly number[], share: number, random: RandomSource): Estimate {
  const n = values.length;
  const value = percentile(values, share);
  if (value === null) return NO_ESTIMATE;
  const sorted = Float64Array.from(values).sort();
  const drawn = new Float64Array(n);
  const resampled = resample(n, () => {
    for (let at = 0; at < n; at++) drawn[at] = sorted[Math.floor(random.next() * n)] ?? NaN;
    return quantileOfSorted(drawn.sort(), share);
  });
  return { value, ...interval(resampled), n };
}

/** The sum of `parts` by the sum of `wholes`, pair by pair, with the percentile interval of its bootstrap. */
export function bootstrapRatio(
  parts: readonly number[],
  wholes: readonly number[],
  random: RandomSource,
): Estimate {
  const n = Math.min(parts.length, wholes.length);
  let part = 0;
  let whole = 0;
  for (let at = 0; at < n; at++) {
    part += parts[at] ?? 0;
    whole += wholes[at] ?? 0;
  }
  if (whole <= 0) return NO_ESTIMATE;
  const resampled = resample(n, () => {
    let drawnPart = 0;
    let drawnWhole = 0;
    for (let draw = 0; draw < n; draw++) {
      const at = Math.floor(random.next() * n);
      drawnPart += parts[at] ?? 0;
      drawnWhole += wholes[at] ?? 0;
    }
    return drawnWhole > 0 ? drawnPart / drawnWhole : 0;
  });
  return { value: part / whole, ...interval(resampled), n };
}

/** The difference of two ratios of sums, each given as its parts and its wholes, and each resampled for itself. */
export function bootstrapRatioDifference(
  [parts, wholes]: readonly [readonly number[], readonly number[]],
  [otherParts, otherWholes]: readonly [readonly number[], readonly number[]],
  random: RandomSource,
): Estimate {
  const n = Math.min(parts.length, wholes.length);
  const others = Math.min(otherParts.length, otherWholes.length);
  const value = sumRatio(parts, wholes, n, (at) => at);
  const other = sumRatio(otherParts, otherWholes, others, (at) => at);
  if (value === null || other === null) return NO_ESTIMATE;
  const resampled = resample(
    n + others,
    () =>
      (sumRatio(parts, wholes, n, () => Math.floor(random.next() * n)) ?? 0) -
      (sumRatio(otherParts, otherWholes, others, () => Math.floor(random.next() * others)) ?? 0),
  );
  return { value: value - other, ...interval(resampled), n: Math.min(n, others) };
}

/** Of the `n` pairs that `pick` picks. */
function sumRatio(
  parts: readonly number[],
  wholes: readonly number[],
  n: number,
  pick: (at: number) => number,
): number | null {
  let part = 0;
  let whole = 0;
  for (let count = 0; count < n; count++) {
    const at = pick(count);
    part += parts[at] ?? 0;
    whole += wholes[at] ?? 0;
  }
  return whole > 0 ? part / whole : null;
}

/**
 * The `share` quantile of `values` by that of `references`, each resampled for itself. Both count as independent.
 */
export function bootstrapQuantileRatio(
  values: readonly number[],
  references: readonly number[],
  share: number,
  random: RandomSource,
): Estimate {
  const value = percentile(values, share);
  const reference = percentile(references, share);
  if (value === null || reference === null || reference <= 0) return NO_ESTIMATE;
  const drawn = new Float64Array(values.length);
  const drawnReferences = new Float64Array(references.length);
  const resampled = resample(values.length + references.length, () => {
    redraw(values, drawn, random);
    redraw(references, drawnReferences, random);
    return quantileOfSorted(drawn.sort(), share) / quantileOfSorted(drawnReferences.sort(), share);
  });
  return { value: value / reference, ...interval(resampled), n: Math.min(values.length, references.length) };
}

function redraw(from: readonly number[], into: Float64Array, random: RandomSource): void {
  for (let at = 0; at < into.length; at++) into[at] = from[Math.floor(random.next() * from.length)] ?? NaN;
}

function resample(n: number, draw: () => number): Float64Array {
  const count = Math.max(MIN_RESAMPLES, Math.min(MAX_RESAMPLES, Math.floor(DRAW_BUDGET / n)));
  return Float64Array.from({ length: count }, draw).sort();
}

function interval(sorted: Float64Array): { readonly low: number; readonly high: number } {
  return { low: quantileOfSorted(sorted, 0.025), high: quantileOfSorted(sorted, 0.975) };
}

/** As `percentile` of the command line tool computes it (Hyndman & Fan 1996, type 7). */
function quantileOfSorted(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share;
  const lower = sorted[Math.floor(position)] ?? NaN;
  const upper = sorted[Math.ceil(position)] ?? NaN;
  return lower + (upper - lower) * (position - Math.floor(position));
}
