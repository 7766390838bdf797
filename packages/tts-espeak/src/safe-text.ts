/** What an emoji sequence is made of; the digits of key caps included, since they are part of the picture. */
const emoji =
  /[0-9#*]\uFE0F?\u20E3|(?:\p{Regional_Indicator}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})[\uFE0F\u{E0020}-\u{E007F}]*/uy;

/** Unassigned, private and lone-surrogate code points: espeak keeps some of them for its own commands. */
const unusable = /[\p{Cn}\p{Co}\p{Cs}]/u;
/** Invisible formatting that changes no letter; the joiners U+200C and U+200D do, and stay. */
const invisible = /[\p{Cf}\uFE0E\uFE0F]/u;
const control = /\p{Cc}/u;
const speakable = /[\p{L}\p{N}\p{S}%&@#*]/u;

/** A text that espeak reads as words only. */
export interface SafeText {
  readonly text: string;
  /** False if there is nothing in it that a voice could say. */
  readonly isSpeakable: boolean;
  /** UTF-16 index in the original text of each code point of `text`. */
  readonly sourceIndices: Uint32Array;
}

/**
 * Makes a text safe for espeak, whose input carries three command languages: SSML tags and entities (`<`, `&`),
 * phonemes (`[[`) and control characters. Emoji become silent, everything else is kept.
 */
export function toSafeText(original: string): SafeText {
  const sourceIndices = new Uint32Array(2 * original.length);
  let text = '';
  let count = 0;
  let endsInSpace = true;
  const push = (character: string, sourceIndex: number): void => {
    if (character === ' ' && endsInSpace) return;
    text += character;
    sourceIndices[count++] = sourceIndex;
    endsInSpace = character === ' ';
  };

  for (let at = 0; at < original.length;) {
    emoji.lastIndex = at;
    if (emoji.test(original)) {
      push(' ', at);
      at = emoji.lastIndex;
      continue;
    }
    const character = String.fromCodePoint(original.codePointAt(at)!);
    if (character === '\n') push('\n', at);
    else if (character === '<' || character === '>' || control.test(character)) push(' ', at);
    else if (character === '[' && text.endsWith('[')) push(' ', at);
    else if (character === '&') {
      // Followed by a space it can begin no entity.
      push('&', at);
      push(' ', at);
    } else if (unusable.test(character)) push(' ', at);
    else if (character === '\u200C' || character === '\u200D' || !invisible.test(character)) {
      push(/\s/.test(character) ? ' ' : character, at);
    }
    at += character.length;
  }
  return { text, isSpeakable: speakable.test(text), sourceIndices: sourceIndices.subarray(0, count) };
}
