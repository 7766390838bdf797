import type { I18n } from '../i18n/i18n.js';
import type { PageStorage } from '../server/page-storage.js';
import { byId, setText } from './dom.js';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

/** Light, dark or as the system has it; remembered. Tells when the colours on the page have changed. */
export function attachTheme(storage: PageStorage, i18n: I18n, onChange: () => void): void {
  const button = byId<HTMLButtonElement>('theme');
  const label = byId('theme-text');
  const stored = storage.get('theme');
  let theme: Theme = themes.find((name) => name === stored) ?? 'auto';
  const show = () => {
    document.documentElement.dataset['theme'] = theme;
    const text = i18n.t(`theme.${theme}`);
    setText(label, text);
    button.title = text;
    onChange();
  };
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
    storage.set('theme', theme);
    show();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
  i18n.onDidChange(show);
  show();
}
