import { describe, expect, it } from 'vitest';
import { VoiceCatalogue } from './voice-catalogue.js';

const catalogue = new VoiceCatalogue([
  voice('gmw/en', 'English (Great Britain)', ['en-gb', 2], ['en', 2]),
  voice('gmw/en-US', 'English (America)', ['en-us', 2], ['en', 3]),
  voice('gmw/en-US-nyc', 'English (America, New York City)', ['en-us-nyc', 5]),
  voice('art/piqd', 'Klingon', ['piqd', 5]),
  voice('art/odd', 'Of no known language', ['no tag at all', 5]),
  voice('roa/fr-BE', 'French (Belgium)', ['fr-be', 5], ['fr', 8]),
  voice('roa/fr', 'French (France)', ['fr-fr', 5], ['fr', 5]),
  voice('sit/cmn', 'Chinese (Mandarin)', ['cmn', 5], ['zh', 5]),
]);

function voice(identifier: string, name: string, ...languages: [string, number][]) {
  return { identifier, name, languages: languages.map(([tag, priority]) => ({ name: tag, priority })) };
}

describe('VoiceCatalogue', () => {
  it.each([
    [undefined, 'gmw/en'],
    ['en', 'gmw/en'],
    ['en-GB', 'gmw/en'],
    ['EN-us', 'gmw/en-US'],
    ['en_US', 'gmw/en-US'],
    ['en-US-nyc', 'gmw/en-US-nyc'],
    ['en-US-x-nyc', 'gmw/en-US-nyc'],
    ['en-US-x-boston', 'gmw/en-US'],
    ['tlh-Piqd', 'art/piqd'],
    ['odd', 'art/odd'],
    ['en-AU', 'gmw/en'],
    ['fr', 'roa/fr'],
    ['fr-FR', 'roa/fr'],
    ['fr-CA', 'roa/fr'],
    ['fr-BE-x-liege', 'roa/fr-BE'],
    ['roa/fr-be', 'roa/fr-BE'],
    ['zh-Hans-CN', 'sit/cmn'],
    ['cmn', 'sit/cmn'],
  ])('resolves %s to %s', (requested, identifier) => {
    expect(catalogue.resolve(requested).identifier).toBe(identifier);
  });

  it('lists short ids with canonical tags', () => {
    expect(catalogue.voices.map(({ id, language }) => [id, language])).toEqual([
      ['en', 'en-GB'],
      ['en-US', 'en-US'],
      ['en-US-nyc', 'en-US-x-nyc'],
      ['piqd', 'tlh-Piqd'],
      ['odd', 'und'],
      ['fr-BE', 'fr-BE'],
      ['fr', 'fr-FR'],
      ['cmn', 'zh'],
    ]);
  });

  it.each([
    ['frnch', 'Did you mean fr'],
    ['english', 'Did you mean en?'],
    ['en-', 'Did you mean en'],
    ['', 'language tag'],
    ['qqqqqqqqqqqqqqq', 'language tag'],
    ['x'.repeat(10_000), 'language tag'],
  ])('refuses "%.20s" and says what to use', (requested, hint) => {
    expect(() => catalogue.resolve(requested)).toThrow(
      expect.objectContaining({
        code: 'VOICE_UNKNOWN',
        value: requested,
        hint: expect.stringContaining(hint),
      }),
    );
  });
});
