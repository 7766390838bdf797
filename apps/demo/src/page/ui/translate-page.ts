import type { I18n } from '../i18n/i18n.js';
import type { PageStorage } from '../server/page-storage.js';
import { setText } from './dom.js';

/** Keeps the fixed texts of the page in its language, and the switch between the languages working. */
export function attachLanguage(storage: PageStorage, i18n: I18n): void {
  const show = () => {
    document.documentElement.lang = i18n.locale;
    for (const element of document.querySelectorAll<HTMLElement>('[data-i18n]')) {
      const text = i18n.find(element.dataset['i18n'] ?? '');
      if (text !== undefined) setText(element, text);
    }
  };
  for (const input of document.querySelectorAll<HTMLInputElement>('input[name="locale"]')) {
    input.checked = input.value === i18n.locale;
    input.addEventListener('change', () => {
      i18n.locale = input.value === 'fr' ? 'fr' : 'en';
      storage.set('locale', i18n.locale);
    });
  }
  i18n.onDidChange(show);
  show();
}
