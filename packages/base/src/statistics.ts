/** The value below which a share of the values lies (nearest rank); 0 for none. Sorts a copy. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}

/**
 * Median of the slopes of all pairs of points (Theil 1950, Sen 1968): stands 29 % of outliers. 0 for fewer than three
 * points. Quadratic: for a few dozen points at most.
 */
export function theilSenSlope(points: readonly { readonly x: number; readonly y: number }[]): number {
  if (points.length < 3) return 0;
  const slopes: number[] = [];
  for (const [at, left] of points.entries()) {
    for (let other = at + 1; other < points.length; other++) {
      const right = points[other]!;
      if (right.x !== left.x) slopes.push((right.y - left.y) / (right.x - left.x));
    }
  }
  return slopes.length === 0 ? 0 : quantile(slopes, 0.5);
}

/** Adds to the end of a list and drops from its beginning what exceeds the limit. */
export function pushBounded<T>(list: T[], item: T, limit: number): void {
  list.push(item);
  if (list.length > limit) list.shift();
}
