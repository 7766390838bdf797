import { abbreviationData } from './abbreviation-data.js';

/** What stands before a full stop that ends no sentence, whatever follows. English and French; case matters. */
const always = new Set(
  (
    'Adm Cmdr Cmdt Brig Maj Cpl Pvt Insp Supt Msgr M MM Mme Mmes Mlle Mlles Me Mgr Mr Mrs Ms Dr Drs Pr Prof St Ste Messrs Hon Rev Gen Col Capt Lt Sgt Gov Sen Rep ' +
    'Pres Mt Ft Av Bd Tél tél Tel tel vs Vs cf Cf approx env réf Réf i.e I.e e.g E.g c.-à-d p.ex av apr viz'
  ).split(' '),
);

/** The same, if a number follows: `No. 5`, `p. 12`. */
const beforeNumbers = new Set(
  'Jan Feb Apr Jun Jul Aug Sep Sept Oct Nov Dec No no Nos nos N n Nr nr p P pp vol Vol fig Fig figs art Art ch Ch chap Chap sec Sec eq Eq ca Ca kl Kl'.split(
    ' ',
  ),
);

const lastToken = /[\p{L}\p{N}.'’-]*$/u;
const initials = /^(?:\p{Lu}\.)*\p{Lu}$/u;
const dotted = /^(?:\p{L}\.)+\p{L}$/u;
const romanNumeral = /^[IVXLC]{1,7}$/;
/** These end a sentence unless a small letter follows. */
const beforeSmallLetters = new Set('etc Inc Ltd Corp Co Cie Jr Sr al'.split(' '));
const shortNumber = /^\d{1,3}$/;
const halfOfDay = /^[ap]\.m$/i;
const timeZone = /^\p{Lu}{2,5}$/u;

/** Languages that write ordinal numbers with a full stop. */
const ordinalLanguages = new Set(
  'de lb da no nb nn fo is fi et lv cs sk pl hu tr az hr bs sl hsb dsb eu'.split(' '),
);
/** Of these, the ones that write nouns with a capital letter. */
const nounCapitals = new Set(['de', 'lb']);
/** What stands before an ordinal number in German: `der 1. Bundesliga`, but not `Platz 1. Danach`. */
const beforeOrdinals = new Set(
  (
    'der die das dem den des am im zum zur vom beim ins ans jede jeder jedes jedem jeden diese dieser dieses diesem diesen ' +
    'ein eine einer eines einem einen mein meine meiner meinem meinen sein seine seiner seinem seinen ihr ihre ihrer ihrem ' +
    'ihren unser unsere unserer unserem unseren ab bis seit in von vor nach zu auf und oder bzw'
  ).split(' '),
);
/** What begins a German sentence and is no noun. */
const sentenceStarters = new Set(
  (
    'der die das dem den des ein eine einer eines einem einen ich du er sie es wir ihr man ihm ihn uns euch mein meine dein ' +
    'deine sein seine ihre unser unsere dieser diese dieses diesem diesen jener jene jenes dann danach da dort hier jetzt nun ' +
    'heute gestern morgen aber und oder denn doch sondern also so wenn weil als ob dass obwohl während bevor nachdem ' +
    'damit deshalb daher trotzdem außerdem auch noch nur schon sehr in im am an auf aus bei mit nach von vor zu zum zur ' +
    'über unter für gegen ohne um durch bis seit was wer wie wo wann warum welche welcher welches nicht kein keine ja nein ' +
    'bitte danke alle alles viele einige jeder jede jedes ist sind war waren hat haben kann wird'
  ).split(' '),
);

/** Longest token that is looked at. */
const tokenWindow = 24;

/** Rules for the full stops of one language. */
export interface FullStopRules {
  readonly language: string;
  readonly words: ReadonlySet<string>;
  /** Abbreviated names of months and days, which end a sentence unless a number follows. */
  readonly calendar: ReadonlySet<string>;
  /** Names of months and days, in small letters. */
  readonly dates: ReadonlySet<string>;
}

const known = new Map<string, FullStopRules>();

/** The rules for a BCP 47 tag; the common ones if the language is unknown or absent. */
export function fullStopRules(tag: string | undefined): FullStopRules {
  const [base = ''] = (tag ?? '').toLowerCase().split(/[-_]/);
  const language = base === 'no' ? 'nb' : base;
  let rules = known.get(language);
  if (rules === undefined) {
    const [dates, calendar] = [datesOf(language, 'long'), datesOf(language, 'short')];
    rules = { language, words: new Set(abbreviationData[language]?.split(' ')), calendar, dates };
    // Tags that are none would fill the memory.
    if (dates.size > 0) known.set(language, rules);
  }
  return rules;
}

/** Names of the months and days as they stand in dates. */
function datesOf(language: string, style: 'long' | 'short'): Set<string> {
  const names = new Set<string>();
  try {
    const format = new Intl.DateTimeFormat(language || 'en', {
      day: 'numeric',
      month: style,
      weekday: style,
      timeZone: 'UTC',
    });
    for (let month = 0; month < 12; month++)
      for (const { type, value } of format.formatToParts(Date.UTC(2024, month, 1 + month)))
        if (type === 'month' || type === 'weekday') names.add(value.toLowerCase().replace(/\.$/, ''));
  } catch {
    // A RangeError: no language tag, so that no names are known.
  }
  return names;
}

/**
 * Whether the full stop at the end of `before` belongs to its word: an abbreviation, an initial (`J. Doe`,
 * `the U.S. Army`), an ordinal number (`3. Oktober`) or the number of a list item at the start of the segment.
 *
 * @param before the segment up to the full stop, without it
 * @param next the letter or digit that follows; empty if there is none
 * @param nextWord the word that follows; `undefined` if it has not come whole
 */
export function isAbbreviation(
  before: string,
  next: string,
  rules: FullStopRules = fullStopRules(undefined),
  nextWord: () => string | undefined = () => '',
): boolean | 'wait' {
  const found = lastToken.exec(before.slice(-tokenWindow))?.[0] ?? '';
  const token = found.replace(/^['’.-]+|^\p{L}{1,4}['’](?=\p{L}{2})/u, '');
  if (token === '') return false;
  if (initials.test(token) || always.has(token)) return true;
  if (rules.calendar.has(token.toLowerCase()) && token.length > 1) {
    if (/[\p{N}\p{Ll}]/u.test(next)) return true;
    if (rules.words.has(token)) return false;
  }
  if (rules.words.has(token)) return true;
  if (halfOfDay.test(token) && /\p{Lu}/u.test(next)) {
    const word = nextWord();
    return word === undefined ? 'wait' : rules.dates.has(word.toLowerCase()) || timeZone.test(word);
  }
  if (dotted.test(token) || beforeSmallLetters.has(token)) return /\p{Ll}/u.test(next);
  if (beforeNumbers.has(token)) return /\p{N}/u.test(next);
  const isAtStart = before.trim() === token;
  if (shortNumber.test(token) && isAtStart) return true;
  return isOrdinal(before, token, next, rules, nextWord);
}

function isOrdinal(
  before: string,
  token: string,
  next: string,
  { language, dates }: FullStopRules,
  nextWord: () => string | undefined,
): boolean | 'wait' {
  const isNumber = shortNumber.test(token);
  if (!ordinalLanguages.has(language) || (!isNumber && !romanNumeral.test(token)) || next === '')
    return false;
  if (/\p{Ll}/u.test(next)) return true;
  const word = nextWord();
  if (word === undefined) return 'wait';
  const small = word.toLowerCase();
  if (dates.has(small)) return true;
  if (!isNumber || !nounCapitals.has(language)) return false;
  const previous = /(\p{L}+)\s+$/u.exec(before.slice(0, -token.length).slice(-tokenWindow))?.[1] ?? '';
  return /\p{L}/u.test(word) && beforeOrdinals.has(previous.toLowerCase()) && !sentenceStarters.has(small);
}
