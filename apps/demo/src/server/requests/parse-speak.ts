import { EloquenceError } from '@eloquence/plugin-api';
import { hasSpeakableText } from '@eloquence/text';
import type { ArmId, SpeakRequest } from '../../protocol.js';
import { asRecord, invalid, numberWithin, oneOf, onlyFields } from './body-fields.js';

export const ARM_IDS: readonly ArmId[] = ['legacy', 'track', 'eloquence'];
export const MAX_TEXT_LENGTH = 5000;
/** Slower than real time shows stalls that are the voice's. */
export const SPEED_LIMITS: readonly [number, number] = [0.5, 1000];
export const DEFAULT_SPEED = 4;

/** @throws EloquenceError `OPTION_INVALID`, `TEXT_EMPTY`, `TEXT_TOO_LONG` */
export function parseSpeak(body: unknown): Required<SpeakRequest> {
  const { text, language, arms, mode, speed, ...rest } = asRecord(body);
  onlyFields(rest, ['text', 'language', 'arms', 'mode', 'speed']);
  if (typeof text !== 'string') throw invalid('text', text, 'Give the text to be spoken.');
  if (text.length > MAX_TEXT_LENGTH) {
    throw new EloquenceError('TEXT_TOO_LONG', `The text has ${text.length} characters.`, {
      value: text.length,
      hint: `The demo speaks up to ${MAX_TEXT_LENGTH}.`,
    });
  }
  if (!hasSpeakableText(text)) {
    throw new EloquenceError('TEXT_EMPTY', 'There is nothing to say in the text.', {
      value: text.slice(0, 100),
      hint: 'Write at least one word.',
    });
  }
  if (!Array.isArray(arms) || arms.length === 0 || arms.length > ARM_IDS.length)
    throw invalid('arms', arms, `Give some of: ${ARM_IDS.join(', ')}.`);
  const chosen = new Set(arms.map((arm: unknown) => oneOf('arms', arm, ARM_IDS)));
  return {
    text,
    language: oneOf('language', language, ['en', 'fr']),
    arms: ARM_IDS.filter((arm) => chosen.has(arm)),
    mode: oneOf('mode', mode, ['whole', 'streamed']),
    speed: speed === undefined ? DEFAULT_SPEED : numberWithin('speed', speed, SPEED_LIMITS),
  };
}
