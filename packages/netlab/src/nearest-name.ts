/** Optimal string alignment distance of two short strings. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = a[row - 1] === b[column - 1] ? 0 : 1;
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + substitution,
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The candidate that `name` was most likely meant to be; an abbreviation counts as near, and case hardly. `candidates` must not be empty. */
export function nearestName(name: string, candidates: readonly string[]): string {
  const wanted = name.slice(0, 64);
  const lower = wanted.toLowerCase();
  let best = candidates[0] ?? '';
  let bestScore = Infinity;
  for (const candidate of candidates) {
    const isAbbreviation = lower !== '' && candidate.toLowerCase().startsWith(lower);
    const distance = isAbbreviation ? 0 : editDistance(lower, candidate.toLowerCase());
    const score = distance + (wanted === candidate ? 0 : 0.5);
    if (score < bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}
