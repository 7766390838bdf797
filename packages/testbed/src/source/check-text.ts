import { hasSpeakableText } from '@eloquence/text';
import { EloquenceError } from '@eloquence/plugin-api';

/** Longest text, characters. */
export const MAX_TEXT_LENGTH = 100_000;
/** Longest text that is synthesised beforehand; beyond, its PCM would fill the memory. */
export const MAX_PREPARED_TEXT_LENGTH = 20_000;

/**
 * Refuses texts that cannot be spoken.
 *
 * @throws EloquenceError `TEXT_EMPTY` if there is no letter or digit in it, `TEXT_TOO_LONG`
 */
export function checkText(text: string, isPrepared: boolean): void {
  if (!hasSpeakableText(text)) {
    throw new EloquenceError('TEXT_EMPTY', 'The text holds nothing that can be spoken.', {
      value: text.slice(0, 80),
      hint: 'Give it at least one letter or digit.',
    });
  }
  const limit = isPrepared ? MAX_PREPARED_TEXT_LENGTH : MAX_TEXT_LENGTH;
  if (text.length > limit) {
    throw textTooLong(
      text.length,
      limit,
      isPrepared ? 'Leave out --instant and --tts-speed to stream it live, or shorten it.' : 'Split it.',
    );
  }
}

export function textTooLong(length: number, limit: number, hint: string): EloquenceError {
  return new EloquenceError('TEXT_TOO_LONG', `The text is longer than ${limit} characters.`, {
    value: length,
    hint,
  });
}
