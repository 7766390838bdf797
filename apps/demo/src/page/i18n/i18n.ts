import { Emitter, type Event } from '@eloquence/plugin-api';
import { signal } from '@preact/signals';
import messagesEn from './messages.en.json' with { type: 'json' };
import messagesFr from './messages.fr.json' with { type: 'json' };

export type Locale = 'en' | 'fr';
/** Of a text of the page: the keys of the English ones are those of every language. */
export type MessageId = keyof typeof messagesEn;

const messages: Readonly<Record<Locale, Readonly<Record<MessageId, string>>>> = {
  en: messagesEn,
  fr: messagesFr,
};

/** The page's language: texts with `{name}` for what is filled in, and numbers as the language writes them. */
export class I18n {
  readonly #onDidChange = new Emitter<Locale>();
  readonly onDidChange: Event<Locale> = this.#onDidChange.event;
  /** What is drawn with a text of it is drawn again when it changes. */
  readonly #locale = signal<Locale>('en');
  #formats = new Map<number, Intl.NumberFormat>();

  constructor(locale: Locale) {
    this.#locale.value = locale;
  }

  get locale(): Locale {
    return this.#locale.value;
  }

  set locale(locale: Locale) {
    if (locale === this.#locale.peek()) return;
    this.#locale.value = locale;
    this.#formats = new Map();
    this.#onDidChange.fire(locale);
  }

  t(id: MessageId, values: Readonly<Record<string, string | number>> = {}): string {
    return messages[this.locale][id].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? this.number(value) : value;
    });
  }

  /** A text that is there for some ids only, as codes of errors are. */
  find(id: string): string | undefined {
    return Object.hasOwn(messages[this.locale], id) ? messages[this.locale][id as MessageId] : undefined;
  }

  number(value: number, digits = 0): string {
    const { locale } = this;
    let format = this.#formats.get(digits);
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
      this.#formats.set(digits, format);
    }
    return format.format(value);
  }
}

/** The language to begin with: as chosen before, or as the browser asks. */
export function pickLocale(stored: string | undefined, wanted: readonly string[]): Locale {
  if (stored === 'en' || stored === 'fr') return stored;
  const first = wanted.find((tag) => /^(en|fr)\b/i.test(tag));
  return first?.toLowerCase().startsWith('fr') === true ? 'fr' : 'en';
}
