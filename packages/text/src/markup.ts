/** A tag, a comment or a character entity of HTML or XML. */
export interface Markup {
  readonly kind: 'tag' | 'entity';
  readonly start: number;
  readonly end: number;
  /** What the entity stands for; empty for a tag. */
  readonly text: string;
}

const tagOrEntity =
  /<!--[^]*?-->|<[!?][A-Za-z][^<>]*>|<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*)\s*(\/?)>|&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));/g;

/** Elements of HTML and SSML whose tags are recognised wherever they stand. */
const elements = new Set(
  (
    'a abbr address article aside audio b bdi bdo big blockquote body br button canvas caption center cite code col ' +
    'colgroup data dd del details dfn dialog div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 ' +
    'h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main map mark math menu meta meter nav ' +
    'object ol optgroup option output p param picture pre progress q rp rt ruby s samp script section select small ' +
    'source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title ' +
    'tr track tt u ul var video wbr break emphasis phoneme prosody say-as speak voice'
  ).split(' '),
);

/** Entities that texts have, beside the numbered ones. */
const entities: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: '\u00A0',
    ensp: ' ',
    emsp: ' ',
    thinsp: ' ',
    shy: '\u00AD',
    zwj: '\u200D',
    zwnj: '\u200C',
    hellip: '…',
    mdash: '—',
    ndash: '–',
    minus: '−',
    bull: '•',
    middot: '·',
    lsquo: '‘',
    rsquo: '’',
    sbquo: '‚',
    ldquo: '“',
    rdquo: '”',
    bdquo: '„',
    laquo: '«',
    raquo: '»',
    lsaquo: '‹',
    rsaquo: '›',
    copy: '©',
    reg: '®',
    trade: '™',
    deg: '°',
    plusmn: '±',
    times: '×',
    divide: '÷',
    le: '≤',
    ge: '≥',
    ne: '≠',
    asymp: '≈',
    larr: '←',
    rarr: '→',
    infin: '∞',
    radic: '√',
    sect: '§',
    para: '¶',
    euro: '€',
    pound: '£',
    yen: '¥',
    cent: '¢',
    frac12: '½',
    frac14: '¼',
    frac34: '¾',
    sup1: '¹',
    sup2: '²',
    sup3: '³',
    iexcl: '¡',
    iquest: '¿',
    ordf: 'ª',
    ordm: 'º',
    szlig: 'ß',
    aelig: 'æ',
    AElig: 'Æ',
    oelig: 'œ',
    OElig: 'Œ',
    oslash: 'ø',
    Oslash: 'Ø',
    eth: 'ð',
    ETH: 'Ð',
    thorn: 'þ',
    THORN: 'Þ',
  }),
);
/** `eacute` and its like: a letter with a mark over or under it. */
const accented = /^([A-Za-z])(grave|acute|circ|tilde|uml|ring|cedil|caron)$/;
const combining: Readonly<Record<string, string>> = {
  grave: '\u0300',
  acute: '\u0301',
  circ: '\u0302',
  tilde: '\u0303',
  uml: '\u0308',
  ring: '\u030A',
  cedil: '\u0327',
  caron: '\u030C',
};

/** Tags and entities of a text, in order. `5 < 7`, `a<b` and `Dear <name>` have none. */
export function findMarkup(text: string): Markup[] {
  const found: Markup[] = [];
  if (!text.includes('<') && !text.includes('&')) return found;
  for (const match of text.matchAll(tagOrEntity)) {
    const { 0: whole, index: start } = match;
    const end = start + whole.length;
    if (whole.startsWith('<')) {
      if (isTag(text, match)) found.push({ kind: 'tag', start, end, text: '' });
      continue;
    }
    const decoded = decode(match);
    if (decoded !== undefined) found.push({ kind: 'entity', start, end, text: decoded });
  }
  return found;
}

function isTag(text: string, [whole, closing, name, attributes, selfClosing]: RegExpMatchArray): boolean {
  // A comment, a declaration or a processing instruction.
  if (name === undefined) return true;
  if (closing !== '' || selfClosing !== '' || attributes !== '') return true;
  return elements.has(name.toLowerCase()) || text.includes(`</${whole.slice(1)}`);
}

function decode([, , , , , decimal, hexadecimal, name]: RegExpMatchArray): string | undefined {
  if (name === undefined) {
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
      ? String.fromCodePoint(code)
      : undefined;
  }
  const mark = accented.exec(name);
  if (mark !== null) return `${mark[1]!}${combining[mark[2]!]!}`.normalize('NFC');
  return entities.get(name);
}
