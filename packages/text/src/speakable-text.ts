/** Emoji that contain a letter or a digit: key caps and the letter i as a picture. The others consist of neither. */
const letteredEmoji = /[0-9]\uFE0F?\u20E3|\u2139\uFE0F/gu;
const speakable = /[\p{L}\p{N}\p{Sc}]/u;

/**
 * Whether a voice has something to say: at least one letter, digit or currency sign. White space, punctuation and
 * emoji alone are silent.
 */
export function hasSpeakableText(text: string): boolean {
  if (!speakable.test(text)) return false;
  return speakable.test(withoutLetteredEmoji(text));
}

/** The text without the emoji that contain a letter or a digit. */
export function withoutLetteredEmoji(text: string): string {
  return text.replace(letteredEmoji, '');
}
