import { editDistance } from './edit-distance.js';

/** Longest part of a name that is compared. */
const maxCompared = 64;

/**
 * The candidate that `value` was most likely meant to be: fewest insertions, deletions, replacements and swaps of
 * neighbours (optimal string alignment distance), upper and lower case counting as one; the first in alphabetical
 * order among equals. An exact name is always found.
 *
 * @param mostEdits how far it may be away; two edits, or a third of the length, and never the whole name, by default
 * @returns `undefined` if none is near
 */
export function nearestName(
  value: string,
  candidates: Iterable<string>,
  mostEdits?: number,
): string | undefined {
  const wanted = value.slice(0, maxCompared).toLowerCase();
  const limit =
    mostEdits ?? Math.min(Math.max(2, Math.floor(wanted.length / 3)), Math.max(1, wanted.length) - 1);
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (candidate === value) return candidate;
    const distance = editDistance(wanted, candidate.slice(0, maxCompared).toLowerCase());
    if (distance < bestDistance || (distance === bestDistance && best !== undefined && candidate < best)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The candidate that `value` abbreviates, if it is the beginning of just one; otherwise the {@link nearestName}. */
export function completedName(
  value: string,
  candidates: readonly string[],
  mostEdits?: number,
): string | undefined {
  const wanted = value.toLowerCase();
  const begun =
    wanted.length < 2 ? [] : candidates.filter((candidate) => candidate.toLowerCase().startsWith(wanted));
  return begun.length === 1 ? begun[0] : nearestName(value, candidates, mostEdits);
}

/** "Did you mean …? Valid: …" for a hint. */
export function didYouMean(value: string, candidates: readonly string[], mostEdits?: number): string {
  const nearest = completedName(value, candidates, mostEdits);
  const valid = `Valid: ${candidates.join(', ')}.`;
  return nearest === undefined ? valid : `Did you mean '${nearest}'? ${valid}`;
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
