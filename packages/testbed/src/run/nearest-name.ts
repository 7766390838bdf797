import { nearestName as nearestBySpelling } from '@eloquence/core';

/** The candidate that was most likely meant: the beginning of one (`ultra`), or one that is spelt like it. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const begun =
    wanted.length < 2 ? [] : candidates.filter((candidate) => candidate.toLowerCase().startsWith(wanted));
  return begun.length === 1 ? begun[0] : nearestBySpelling(name, candidates);
}

/** "Did you mean …? Valid: …" for a hint. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates);
  const valid = `Valid: ${candidates.join(', ')}.`;
  return nearest === undefined ? valid : `Did you mean '${nearest}'? ${valid}`;
}
