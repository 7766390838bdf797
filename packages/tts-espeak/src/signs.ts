/** A character on its way to espeak, and where it comes from. */
export interface SourcedCharacter {
  readonly character: string;
  readonly sourceIndex: number;
}

/** Signs and the words for them in one language. */
export type SignWords = ReadonlyMap<string, string>;

const order = ['<', '>', '≤', '≥', '→', '×', '÷', '=', '€', '°'] as const;

/**
 * What espeak's dictionaries leave out, language by language, in the order of `order`; `-` where the dictionary has it.
 * It reads `<` and `>` in no language, since they are markup to it.
 */
const table: Readonly<Record<string, string>> = {
  en: 'less than|greater than|-|-|-|-|-|-|-|-',
  de: 'kleiner als|größer als|-|-|-|-|-|-|-|-',
  nl: 'kleiner dan|groter dan|-|-|-|-|-|-|-|-',
  fr: 'inférieur à|supérieur à|inférieur ou égal à|supérieur ou égal à|flèche|-|-|égal|-|-',
  es: 'menor que|mayor que|menor o igual que|mayor o igual que|flecha|por|entre|-|-|-',
  it: 'minore di|maggiore di|minore o uguale a|maggiore o uguale a|freccia|per|diviso|uguale|euro|gradi',
  pt: 'menor que|maior que|menor ou igual a|maior ou igual a|seta|vezes|dividido por|igual a|euros|graus',
  ca: 'menor que|major que|menor o igual que|major o igual que|fletxa|per|dividit per|igual a|euros|graus',
  ro: 'mai mic decât|mai mare decât|mai mic sau egal cu|mai mare sau egal cu|săgeată|ori|împărțit la|egal|euro|grade',
  pl: 'mniejsze niż|większe niż|mniejsze lub równe|większe lub równe|strzałka|razy|podzielić przez|równa się|euro|stopni',
  cs: 'menší než|větší než|menší nebo rovno|větší nebo rovno|šipka|krát|děleno|rovná se|eur|stupňů',
  sk: 'menšie ako|väčšie ako|menšie alebo rovné|väčšie alebo rovné|šípka|krát|delené|rovná sa|eur|stupňov',
  hr: 'manje od|veće od|manje ili jednako|veće ili jednako|strelica|puta|podijeljeno s|jednako|eura|stupnjeva',
  ru: 'меньше|больше|меньше или равно|больше или равно|стрелка|умножить на|разделить на|-|евро|градусов',
  uk: 'менше|більше|менше або дорівнює|більше або дорівнює|стрілка|помножити на|поділити на|дорівнює|євро|градусів',
  bg: 'по-малко от|по-голямо от|по-малко или равно на|по-голямо или равно на|стрелка|по|делено на|равно на|евро|градуса',
  sv: 'mindre än|större än|mindre än eller lika med|större än eller lika med|pil|gånger|delat med|lika med|euro|grader',
  da: 'mindre end|større end|mindre end eller lig med|større end eller lig med|pil|gange|divideret med|lig med|euro|grader',
  nb: 'mindre enn|større enn|mindre enn eller lik|større enn eller lik|pil|ganger|delt på|er lik|euro|grader',
  fi: 'pienempi kuin|suurempi kuin|pienempi tai yhtä suuri kuin|suurempi tai yhtä suuri kuin|nuoli|kertaa|jaettuna|on yhtä kuin|euroa|astetta',
  hu: 'kisebb mint|nagyobb mint|kisebb vagy egyenlő|nagyobb vagy egyenlő|nyíl|szorozva|osztva|egyenlő|euró|fok',
  tr: 'küçüktür|büyüktür|küçük veya eşit|büyük veya eşit|ok|çarpı|bölü|eşittir|avro|derece',
  el: 'μικρότερο από|μεγαλύτερο από|μικρότερο ή ίσο με|μεγαλύτερο ή ίσο με|βέλος|επί|διά|ίσον|ευρώ|βαθμοί',
  zh: '小于|大于|小于等于|大于等于|箭头|乘以|除以|-|欧元|度',
  ja: '小なり|大なり|小なりイコール|大なりイコール|矢印|かける|わる|-|ユーロ|度',
  ko: '보다 작다|보다 크다|작거나 같다|크거나 같다|화살표|곱하기|나누기|같다|유로|도',
  ar: 'أصغر من|أكبر من|أصغر من أو يساوي|أكبر من أو يساوي|سهم|ضرب|قسمة|يساوي|يورو|درجة',
  hi: 'से कम|से अधिक|से कम या बराबर|से अधिक या बराबर|तीर|गुणा|भाग|बराबर|यूरो|डिग्री',
};

const aliases: Readonly<Record<string, string>> = {
  no: 'nb',
  nn: 'nb',
  yue: 'zh',
  hak: 'zh',
  sr: 'hr',
  bs: 'hr',
};

/** The words for signs in the language of a voice; none of a language that the table lacks. */
export function signWordsFor(language: string): SignWords {
  const [base = ''] = language.toLowerCase().split('-');
  const row = table[aliases[base] ?? base]?.split('|') ?? [];
  return new Map(order.flatMap((sign, at) => (row[at] && row[at] !== '-' ? [[sign, row[at]]] : [])));
}

/** Signs that people type with several characters. */
const typed: ReadonlyMap<string, string> = new Map([
  ['->', '→'],
  ['-->', '→'],
  ['=>', '→'],
  ['<-', '←'],
  ['<--', '←'],
  ['<=', '≤'],
  ['>=', '≥'],
  ['!=', '≠'],
]);
const sign = /-{1,2}>|<-{1,2}|<=>|[=!<>]=|=>|<<+|>>+|[<>≤≥→×÷=€°]/gu;
const operandBefore = /[\p{L}\p{N}\p{Sc}%°)\]]\s*$/u;
const operandAfter = /^\s*[\p{L}\p{N}\p{Sc}([+\-−.]/u;
/** The rest of `<3`, a heart. */
const heartAfter = /^3(?![\p{L}\p{N}]|[.,]\p{N})/u;
/** `<name>`: brackets around words. */
const bracketed = /^<[^\s<>]+(?:\s[^\s<>]+){0,3}>/u;
/** `File > Open`: the way through a menu. */
const menuBefore = /\p{Lu}\p{Ll}+\s*$/u;
const menuAfter = /^\s*\p{Lu}\p{Ll}/u;

/** Puts words in place of the signs that stand for one and that espeak does not say; brackets stay what they are. */
export function readSigns(characters: SourcedCharacter[], signWords?: SignWords): SourcedCharacter[] {
  const text = characters.map(({ character }) => character).join('');
  if (signWords === undefined || text.search(sign) < 0) return characters;
  /** Position of each UTF-16 index among the characters. */
  const positions: number[] = [];
  characters.forEach(({ character }, at) => {
    for (let unit = 0; unit < character.length; unit++) positions.push(at);
  });
  const read: SourcedCharacter[] = [];
  let done = 0;
  let bracketEnd = 0;
  for (const { 0: found, index } of text.matchAll(sign)) {
    const before = text.slice(Math.max(0, index - 24), index);
    const after = text.slice(index + found.length, index + 64);
    const bracket = /[\p{L}\p{N}]$/u.test(before) ? null : bracketed.exec(text.slice(index, index + 64));
    if (bracket !== null) bracketEnd = Math.max(bracketEnd, index + bracket[0].length);
    const isOperator = index >= bracketEnd && operandBefore.test(before) && operandAfter.test(after);
    const isMenu = found === '>' && menuBefore.test(before) && menuAfter.test(after);
    const isHeart = found === '<' && /\s$/.test(before) && heartAfter.test(after);
    const meant = typed.get(found) ?? found;
    const isAngled = /[<>]/.test(found);
    if (isAngled && (!isOperator || isMenu || isHeart)) continue;
    const word = signWords.get(meant) ?? (typed.has(found) ? meant : undefined);
    if (word === undefined) continue;
    const at = positions[index]!;
    const { sourceIndex } = characters[at]!;
    for (const kept of characters.slice(done, at)) read.push(kept);
    for (const character of ` ${word} `) read.push({ character, sourceIndex });
    done = at + found.length;
  }
  for (const kept of characters.slice(done)) read.push(kept);
  return read;
}
