import { didYouMean } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';

/**
 * The names that `--only` leaves: all of them if it is empty, else those that it gives in full or up to a dash.
 *
 * @throws EloquenceError `OPTION_INVALID` for one that matches nothing
 */
export function chooseNames(names: readonly string[], only: readonly string[]): readonly string[] {
  const matches = (name: string, wanted: string): boolean => name === wanted || name.startsWith(`${wanted}-`);
  for (const wanted of only) {
    if (names.some((name) => matches(name, wanted))) continue;
    throw new EloquenceError('OPTION_INVALID', `There is no cell '${wanted}' in this suite.`, {
      value: wanted,
      hint: didYouMean(wanted, names),
    });
  }
  return only.length === 0 ? names : names.filter((name) => only.some((wanted) => matches(name, wanted)));
}
