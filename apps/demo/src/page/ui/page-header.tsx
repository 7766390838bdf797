import { useLayoutEffect, useState } from 'preact/hooks';
import type { I18n } from '../i18n/i18n.js';
import { Segmented } from './segmented.js';

const themes = ['auto', 'light', 'dark'] as const;
const locales = (['en', 'fr'] as const).map((value) => ({ value, text: value.toUpperCase(), lang: value }));

export interface PageHeaderProps {
  readonly i18n: I18n;
  readonly storage: PageStorage;
  readonly server: 'connecting' | 'real' | 'simulated' | 'lost';
  /** The colours on the page have changed. */
  readonly onDidChangeColours: () => void;
}

/** The name, what serves the page, its language and its colours; the last two are remembered. */
export function PageHeader({ i18n, storage, server, onDidChangeColours }: PageHeaderProps) {
  const { locale } = i18n;
  useLayoutEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  return (
    <header class="top">
      <div class="brand">
        <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="9" fill="var(--brand)" />
          <g stroke="var(--brand-ink)" stroke-width="2.6" stroke-linecap="round">
            <path d="M8 21v-4M12.5 24V12M17 26V9" />
            <path d="M21.5 22v-9M25.5 19.5v-4" opacity="0.5" />
          </g>
        </svg>
        <span class="brand-name">Eloquence</span>
      </div>
      <p class="server" id="server" data-state={server}>
        <span class="server-dot" aria-hidden="true" />
        <span>{i18n.t(`server.${server}`)}</span>
      </p>
      <div class="prefs">
        <Segmented
          name="locale"
          legend={i18n.t('prefs.language')}
          options={locales}
          chosen={locale}
          isSmall
          choose={(chosen) => {
            i18n.locale = chosen;
            storage.set('locale', chosen);
          }}
        />
        <ThemeButton i18n={i18n} storage={storage} onDidChange={onDidChangeColours} />
      </div>
    </header>
  );
}

/** Light, dark or as the system has it. */
function ThemeButton(props: {
  readonly i18n: I18n;
  readonly storage: PageStorage;
  readonly onDidChange: () => void;
}) {
  const { i18n, storage, onDidChange } = props;
  const [theme, setTheme] = useState(() => themes.find((name) => name === storage.get('theme')) ?? 'auto');
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    onDidChange();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', onDidChange);
    return () => dark.removeEventListener('change', onDidChange);
  }, [theme]);
  const label = i18n.t(`theme.${theme}`);
  const next = () => {
    const following = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
    storage.set('theme', following);
    setTheme(following);
  };
  return (
    <button class="icon-button" id="theme" type="button" title={label} onClick={next}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="8.5" fill="none" stroke="currentColor" stroke-width="1.8" />
        <path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor" />
      </svg>
      <span class="sr">{label}</span>
    </button>
  );
}

/** What the page remembers between visits. Browsers that forbid storage forget it, and nothing else happens. */
export interface PageStorage {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

const prefix = 'eloquence.';

export function createPageStorage(open: () => Storage): PageStorage {
  const attempt = <T,>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(open());
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => attempt((storage) => storage.getItem(prefix + key)) ?? undefined,
    set: (key, value) => void attempt((storage) => storage.setItem(prefix + key, value)),
  };
}
