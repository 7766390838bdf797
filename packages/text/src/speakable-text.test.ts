import { describe, expect, it } from 'vitest';
import { hasSpeakableText } from './speakable-text.js';

describe('hasSpeakableText', () => {
  it.each(['a', '7', 'é', '字', 'ا', '€', '😀 ok', '1️⃣ 2', '…well', '٣', '𝒜'])('hears %j', (text) => {
    expect(hasSpeakableText(text)).toBe(true);
  });

  it.each(['', ' \n\t\u00A0', '...', '?!', '« »', '—', '😀', '👩‍👩‍👧‍👦🇫🇷', '1️⃣', 'ℹ️', '***', '\ud83d', '\u0000'])(
    'hears nothing in %j',
    (text) => {
      expect(hasSpeakableText(text)).toBe(false);
    },
  );
});
