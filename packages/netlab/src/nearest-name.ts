import { editDistance } from '@eloquence/base';

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
