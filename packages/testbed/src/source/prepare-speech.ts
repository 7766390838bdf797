import type { Clock } from '@eloquence/plugin-api';
import type { PreparedSpeech } from './prepared-speech.js';
import { createDefaultHost, createRunVoice } from './voice.js';
import { checkText } from './check-text.js';

/**
 * Has a text spoken by the default voice, all of it before it returns.
 *
 * @throws EloquenceError `TEXT_EMPTY`, `TEXT_TOO_LONG`, and what the voice throws
 */
export async function prepareSpeech(
  text: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<PreparedSpeech> {
  checkText(text, true);
  const host = createDefaultHost(clock);
  try {
    const voice = createRunVoice(host, {}, clock);
    try {
      return await voice.prepare(text, signal);
    } finally {
      voice.dispose();
    }
  } finally {
    await host.dispose();
  }
}
