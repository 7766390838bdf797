import { findMarkup } from '@eloquence/text';

/** What was found at a place of the text: how far it reaches, and what of it is read. */
export interface Found {
  readonly end: number;
  readonly keepFrom: number;
  readonly keepTo: number;
}

const longestLabel = 200;
const longestCode = 300;
const longestTarget = 2000;
const longestTag = 300;
const longestComment = 5000;
const longestAddress = 2048;

const blankLine = /\n[ \t]*\r?\n/;
/** What stands in the brackets behind a link's text: an address, and perhaps a title. */
const target = /^\s*(?:<[^<>\n]*>|\S*)(?:\s+(?:"[^"]*"|'[^']*'|\([^)]*\)))?\s*$/;
const letterOrDigit = /[\p{L}\p{N}]/u;
const schemes = ['https://', 'http://', 'www.'];
const address = /[^\s<>"'|`\][]+/y;
/** Punctuation that ends the sentence, and not the address. */
const behindAddress = /[.,;:!?*_~)}…。，、！？）]$/u;
const host = /^(?:https?:\/\/)?(?:www\.)?([^/?#:]+)/i;
const autolink = /^<[a-z][a-z0-9+.-]{1,31}:[^\s<>]*>$|^<[^\s<>@]+@[^\s<>]+>$/i;
/** What may still become a tag or an address in angle brackets, up to its last character. */
const undecidedAngle =
  /^<[^\s<>]*$|^<[!?]|^<\/?[A-Za-z][\w:.-]*(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*(?:\s+(?:[\w:.-]+\s*(?:=\s*(?:"[^"]*|'[^']*|[^\s"'<>]*))?)?)?\/?$/;
const separating = /^<\/?(?:br|p|div|li|tr|td|th|h\d|ul|ol|table|hr)\b/i;

/** A link as far as it matters: where its text ends and what follows is not read. */
export interface Link {
  /** The closing bracket of its text. */
  readonly labelEnd: number;
  readonly end: number;
}

/**
 * Reads a bracket: `[text](address)`, `[text][label]` or a footnote's `[^1]`.
 *
 * @returns `undefined` if more of the text is needed, `literal` if it is no more than a bracket
 */
export function readBracket(text: string, at: number, isFinal: boolean): Link | 'literal' | undefined {
  const labelEnd = closingOf(text, at, isFinal, longestLabel);
  if (labelEnd === undefined || labelEnd === -1) return labelEnd === -1 ? 'literal' : undefined;
  if (text.charAt(at + 1) === '^') return { labelEnd: at, end: labelEnd + 1 };
  const next = text.charAt(labelEnd + 1);
  if (next === '' && !isFinal) return undefined;
  if (next !== '(' && next !== '[') return 'literal';
  const end = closingOf(text, labelEnd + 1, isFinal, longestTarget);
  if (end === undefined) return undefined;
  const isLink = end !== -1 && (next === '[' || target.test(text.slice(labelEnd + 2, end)));
  return isLink ? { labelEnd, end: end + 1 } : 'literal';
}

/** The bracket that closes the one at `at`; −1 if there is none near, `undefined` if more of the text is needed. */
function closingOf(text: string, at: number, isFinal: boolean, longest: number): number | undefined {
  const open = text.charAt(at);
  const close = open === '[' ? ']' : ')';
  const limit = at + longest;
  let depth = 0;
  for (let index = at; index < text.length && index < limit; index++) {
    const character = text.charAt(index);
    if (character === '\\') index++;
    else if (character === open) depth++;
    else if (character === close && --depth === 0) return index;
    else if (character === '\n' && blankLine.test(text.slice(at, index + 1))) return -1;
  }
  return text.length >= limit || isFinal ? -1 : undefined;
}

/** Reads a code span: what stands between equal runs of backticks. `undefined` if more of the text is needed. */
export function readCodeSpan(text: string, at: number, isFinal: boolean): Found | undefined {
  const opening = /^`+/.exec(text.slice(at, at + longestCode))![0];
  const from = at + opening.length;
  const limit = at + longestCode;
  const known = text.slice(from, limit);
  if (known === '' && !isFinal && from < limit) return undefined;
  const scope = known.split(blankLine, 1)[0]!;
  const closing = new RegExp(`(?<!\`)${opening}(?!\`)`).exec(scope);
  // A run at the end of what is known may be longer than it looks.
  const isCertain = isFinal || text.length >= limit || scope !== known;
  if (closing !== null && (isCertain || from + closing.index + opening.length < text.length)) {
    const keepTo = from + closing.index;
    return { end: keepTo + opening.length, keepFrom: from, keepTo };
  }
  return isCertain ? { end: from, keepFrom: from, keepTo: from } : undefined;
}

/** Reads what begins with `<`: a tag, a comment, an address in angle brackets, or no more than a sign. */
export function readAngle(
  text: string,
  at: number,
  isFinal: boolean,
): (Found & { readonly isSpace?: boolean }) | 'literal' | undefined {
  const opening = text.slice(at, at + 4);
  if (opening.length < 4 && !isFinal && (opening.length < 2 || '<!--'.startsWith(opening))) return undefined;
  const isComment = opening === '<!--';
  if (!isComment && !/^<[A-Za-z/!?]/.test(opening)) return 'literal';
  const limit = at + (isComment ? longestComment : longestTag);
  const scope = text.slice(at, limit);
  const found = isComment ? scope.indexOf('-->', 4) : scope.search(/>|\n|(?<!^)</);
  if (found < 0)
    return isFinal || text.length >= limit || !(isComment || undecidedAngle.test(scope))
      ? 'literal'
      : undefined;
  const whole = scope.slice(0, found + (isComment ? 3 : 1));
  const end = at + whole.length;
  if (isComment) return { end, keepFrom: end, keepTo: end };
  if (autolink.test(whole)) {
    const inner = whole.slice(1, -1);
    const kept = /^https?:/i.test(inner) ? (host.exec(inner)?.[1] ?? '') : inner.replace(/^[a-z]+:/i, '');
    const keepFrom = at + 1 + inner.indexOf(kept);
    return { end, keepFrom, keepTo: keepFrom + kept.length };
  }
  const isTag = findMarkup(whole).some(({ kind, start }) => kind === 'tag' && start === 0);
  return isTag ? { end, keepFrom: end, keepTo: end, isSpace: separating.test(whole) } : 'literal';
}

/**
 * Reads an address that stands in the text.
 *
 * @param before the character before it
 * @returns `undefined` if more of the text is needed, `literal` if it is a word
 */
export function readAddress(
  text: string,
  at: number,
  isFinal: boolean,
  before: string,
  reading: 'host' | 'skip' | 'read',
): Found | 'literal' | undefined {
  if (letterOrDigit.test(before)) return 'literal';
  const start = text.slice(at, at + 8).toLowerCase();
  const scheme = schemes.find((known) => start.startsWith(known));
  if (scheme === undefined) {
    const mayBecome = !isFinal && text.length < at + 8 && schemes.some((known) => known.startsWith(start));
    return mayBecome ? undefined : 'literal';
  }
  address.lastIndex = at;
  const limit = at + longestAddress;
  const found = address.exec(text.slice(0, limit))?.[0] ?? '';
  if (at + found.length === text.length && !isFinal && text.length < limit) return undefined;
  let whole = found;
  while (behindAddress.test(whole) && !(whole.endsWith(')') && isBalanced(whole))) whole = whole.slice(0, -1);
  const name = host.exec(whole)?.[1] ?? '';
  if (name === '' || whole.length <= scheme.length) return 'literal';
  const end = at + whole.length;
  if (reading === 'read') return { end, keepFrom: at, keepTo: end };
  const keepFrom = at + whole.indexOf(name, scheme.startsWith('http') ? scheme.length : 0);
  return { end, keepFrom, keepTo: reading === 'skip' ? keepFrom : keepFrom + name.length };
}

function isBalanced(text: string): boolean {
  return text.split('(').length === text.split(')').length;
}
