import { editDistance } from '@eloquence/base';

/** Longest part of a name that is compared. */
const maxCompared = 64;

/**
 * The candidate that `value` was most likely meant to be: fewest insertions, deletions, replacements and swaps of
 * neighbours (optimal string alignment distance), upper and lower case counting as one; the first in alphabetical
 * order among equals.
 *
 * @returns `undefined` if none is near: more than two edits, and more than a third of the length, away.
 */
export function nearestName(value: string, candidates: Iterable<string>): string | undefined {
  const wanted = value.slice(0, maxCompared).toLowerCase();
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.slice(0, maxCompared).toLowerCase());
    if (distance >= Math.max(1, wanted.length)) continue;
    if (distance < bestDistance || (distance === bestDistance && best !== undefined && candidate < best)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** A sentence for an error's hint: the nearest name, or else all there are (the first twenty). */
export function nameHint(value: string, candidates: Iterable<string>): string {
  const all = [...candidates].sort();
  const nearest = nearestName(value, all);
  if (nearest !== undefined) return `Did you mean '${nearest}'?`;
  if (all.length === 0) return 'There is none.';
  const listed = all.slice(0, 20).map((name) => `'${name}'`);
  return `There is ${listed.join(', ')}${all.length > 20 ? `, and ${all.length - 20} more` : ''}.`;
}
