import { contributionPointNames } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { I18n, type MessageId, pickLocale } from './i18n.js';
import messagesEn from './messages.en.json' with { type: 'json' };
import messagesFr from './messages.fr.json' with { type: 'json' };
import sampleTexts from './sample-texts.json' with { type: 'json' };

const ids = Object.keys(messagesEn) as MessageId[];
const blanks = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe('the languages of the page', () => {
  it('have the same blanks in each text, and leave none out', () => {
    const wrong = ids.filter((id) => String(blanks(messagesFr[id])) !== String(blanks(messagesEn[id])));
    expect(wrong).toEqual([]);
    expect(Object.keys(messagesFr).sort()).toEqual([...ids].sort());
    expect(Object.values(messagesFr).filter((text) => text.trim() === '')).toEqual([]);
  });

  it('have a name for whatever a plugin can contribute', () => {
    const named = contributionPointNames.filter((point) => `plugin.point.${point}` in messagesEn);
    expect(named).toEqual(contributionPointNames);
  });

  it('fills in blanks, and writes numbers as the language does', () => {
    const i18n = new I18n('en');
    expect(i18n.t('status.sentAhead', { sent: '90 ms' })).toBe(
      'All sent after 90 ms. The rest is only playing.',
    );
    expect(i18n.number(1234.5, 1)).toBe('1,234.5');
    const told: string[] = [];
    i18n.onDidChange((locale) => told.push(locale));
    i18n.locale = 'fr';
    i18n.locale = 'fr';
    expect(told).toEqual(['fr']);
    expect(i18n.number(0.5, 1)).toBe('0,5');
    expect(i18n.find('link.B')).toBe('LTE');
    expect(i18n.find('link.unknown')).toBeUndefined();
  });

  it('begins with what was chosen, then with what the browser asks', () => {
    expect(pickLocale('fr', ['en'])).toBe('fr');
    expect(pickLocale(undefined, ['de-DE', 'fr-CA', 'en'])).toBe('fr');
    expect(pickLocale('xx', ['en-GB', 'fr'])).toBe('en');
    expect(pickLocale(undefined, [])).toBe('en');
  });

  it('has a text of its own for each sample, none too long to be spoken', () => {
    const texts = Object.values(sampleTexts).flatMap((samples) => Object.values(samples));
    expect(new Set(texts).size).toBe(6);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(1000);
  });
});
