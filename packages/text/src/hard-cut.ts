const joinsPrevious = /[\p{M}\u200D\p{Emoji_Modifier}]/u;

/**
 * Where to cut a text that has no fitting end of sentence within `maxChars`: at the last clause if it is in the
 * second half, else at the last white space, else between two characters.
 */
export function hardCut(text: string, maxChars: number, lastClauseEnd: number): number {
  if (lastClauseEnd >= maxChars / 2) return lastClauseEnd;
  for (let at = maxChars; at > 0; at--) if (/\s/.test(text.charAt(at))) return at;
  for (let at = maxChars; at > maxChars - 32; at--) if (isBetweenCharacters(text, at)) return at;
  return isLowSurrogate(text, maxChars) ? maxChars - 1 : maxChars;
}

function isBetweenCharacters(text: string, index: number): boolean {
  if (isLowSurrogate(text, index)) return false;
  const next = text.codePointAt(index);
  if (next !== undefined && joinsPrevious.test(String.fromCodePoint(next))) return false;
  return text.charAt(index - 1) !== '\u200D';
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
