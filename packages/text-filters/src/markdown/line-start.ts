/** What a line of Markdown begins with. */
export interface LineStart {
  /**
   * `blank`: nothing is in it; `nothing`: nothing of it is spoken; `fence`: a block of code begins; `row`: it is a row
   * of a table; `block`: a heading or an item of a list begins; `text`: anything else.
   */
  readonly kind: 'blank' | 'nothing' | 'fence' | 'row' | 'block' | 'text';
  /** Characters at its start that are marks. */
  readonly length: number;
  readonly isQuote: boolean;
  /** Whether the block ends with the line. */
  readonly endsBlock: boolean;
  /** The rows of a table follow. */
  readonly opensTable: boolean;
  /** The marks that open a block of code. */
  readonly fence: string;
}

/** Longest start of a line that is waited for. */
const longestStart = 1000;
/** As long as a line consists of these, it can become anything; with an x it is a box of a list of tasks. */
const undecided = /^\uFEFF?[ \t>#\-+*•_=|:~`[\]]*$|^[ \t>]*[-+*•][ \t]+\[[xX ]?\]?[ \t]*$/;
/** A byte order mark, which some sources begin with, is no more than a space. */
const quoteAndIndent = /^\uFEFF?(?:[ \t]*>)*[ \t]*/;
const fence = /^(`{3,}(?=[^`]*$)|~{3,})/;
const rule = /^(?:[-:| \t]*-[-:| \t]*|(?:\*[ \t]*)+|(?:_[ \t]*)+|={2,}[ \t]*)$/;
const heading = /^#{1,6}(?:[ \t]+|$)/;
const bullet = /^[-+*•](?:[ \t]+(?:\[[ xX]\][ \t]+)?|$)/;
const footnote = /^\[\^[^\]\n]{1,100}\]:[ \t]*/;
const definition =
  /^\[[^\]\n]+\]:[ \t]*(?:<[^>]*>|[^\s"'(]*[./#]\S*)(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^)]*\)))?[ \t]*$/;
/** A line that may become a definition: `[label]: address "title"`. */
const undecidedDefinition = /^\[[^\]\n]*(?:\](?::.*)?)?$/;

/**
 * Reads the start of a line.
 *
 * @param line the line as far as it is known, without its end
 * @param isComplete whether that is all of it
 * @param isInTable whether a row of a table may go without the bar at its start
 * @returns `undefined` if more of the line is needed
 */
export function readLineStart(line: string, isComplete: boolean, isInTable: boolean): LineStart | undefined {
  // A line that is too long to be waited for is judged as such also if it comes at once.
  const isWhole = isComplete && line.length < longestStart;
  const isKnown = isWhole || line.length >= longestStart;
  if (!isKnown && undecided.test(line)) return undefined;
  const marks = quoteAndIndent.exec(line)![0];
  const body = line.slice(marks.length);
  const common = { ...{ endsBlock: false, opensTable: false, fence: '' }, isQuote: marks.includes('>') };
  const found = (kind: LineStart['kind'], length: number, more: Partial<LineStart> = {}): LineStart => ({
    ...{ ...common, kind, length: marks.length + length },
    ...more,
  });
  if (body.trim() === '') return found('blank', body.length);

  if (/^(?:`{3}|~{3})/.test(body)) {
    if (!isKnown) return undefined;
    const opening = fence.exec(body)?.[1];
    if (isWhole && opening !== undefined) return found('fence', body.length, { fence: opening });
  }
  if (isWhole && rule.test(body)) return found('nothing', body.length, { opensTable: body.includes('|') });
  const title = heading.exec(body);
  if (title !== null) return found('block', title[0].length, { endsBlock: true });
  const item = bullet.exec(body);
  if (item !== null) return found('block', item[0].length);
  if (body.startsWith('|') || isInTable) return found('row', 0, { endsBlock: true });
  if (body.startsWith('[')) {
    if (!isKnown && undecidedDefinition.test(body)) return undefined;
    const note = footnote.exec(body);
    if (note !== null) return found('block', note[0].length);
    if (isWhole && definition.test(body)) return found('nothing', body.length);
  }
  return found('text', 0);
}

/** Whether a line closes a block of code that `opening` began; `undefined` if more of it is needed. */
export function closesFence(line: string, isComplete: boolean, opening: string): boolean | undefined {
  if (line.length >= longestStart) return false;
  const marks = line.replace(quoteAndIndent, '').trimEnd();
  const isFence = marks === opening.charAt(0).repeat(marks.length);
  if (isFence && !isComplete) return undefined;
  return isFence && marks.length >= opening.length;
}
