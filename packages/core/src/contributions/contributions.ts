import type { ContributionPointName } from '@eloquence/plugin-api';
import { ContributionLookup, type ContributionSource } from './contribution-lookup.js';
import { contributionPointTable, pointNames } from './contribution-point-table.js';

/** One lookup for each contribution point: `contributions.codecs.get('opus')`. */
export type Contributions = { readonly [P in ContributionPointName]: ContributionLookup<P> };

export function createContributions(source: ContributionSource): Contributions {
  const lookup = <P extends ContributionPointName>(point: P): ContributionLookup<P> =>
    new ContributionLookup(contributionPointTable[point], source);
  return Object.freeze(
    Object.fromEntries(pointNames.map((point) => [point, lookup(point)])),
  ) as Contributions;
}
