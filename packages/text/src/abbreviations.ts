/** What stands before a full stop that ends no sentence, whatever follows. English and French; case matters. */
const always = new Set(
  (
    'M MM Mme Mmes Mlle Mlles Me Mgr Mr Mrs Ms Dr Drs Pr Prof St Ste Messrs Hon Rev Gen Col Capt Lt Sgt Gov Sen Rep ' +
    'Pres Mt Ft Av Bd Tél tél Tel tel vs Vs cf Cf approx env réf Réf i.e I.e e.g E.g c.-à-d p.ex av apr viz'
  ).split(' '),
);

/** The same, if a number follows: `No. 5`, `p. 12`. */
const beforeNumbers = new Set(
  'No no Nos nos N n Nr nr p P pp vol Vol fig Fig figs art Art ch Ch chap Chap sec Sec eq Eq ca Ca'.split(
    ' ',
  ),
);

const lastToken = /[\p{L}\p{N}.'’-]*$/u;
const initials = /^(?:\p{Lu}\.)*\p{Lu}$/u;
const dotted = /^(?:\p{L}\.)+\p{L}$/u;
/** These end a sentence unless a small letter follows. */
const beforeSmallLetters = new Set('etc Inc Ltd Corp Co Cie Jr Sr al'.split(' '));
const shortNumber = /^\d{1,3}$/;

/** Longest token that is looked at. */
const tokenWindow = 24;

/**
 * Whether the full stop at the end of `before` belongs to its word: an abbreviation, an initial (`J. Doe`,
 * `the U.S. Army`) or the number of a list item at the start of the segment.
 *
 * @param before the segment up to the full stop, without it
 * @param next the letter or digit that follows; empty if there is none
 */
export function isAbbreviation(before: string, next: string): boolean {
  const token = (lastToken.exec(before.slice(-tokenWindow))?.[0] ?? '').replace(/^['’.-]+/, '');
  if (token === '') return false;
  if (always.has(token) || initials.test(token)) return true;
  if (dotted.test(token) || beforeSmallLetters.has(token)) return /\p{Ll}/u.test(next);
  if (beforeNumbers.has(token)) return /\p{N}/u.test(next);
  return shortNumber.test(token) && before.trim() === token;
}
