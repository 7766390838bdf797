import type { I18n } from '../i18n/i18n.js';
import { byId, el } from './dom.js';

const shownWords = 24;

/** The words of the Eloquence arm, each at the moment when it is heard; the last one stands out. */
export class Captions {
  readonly #line = byId('captions-line');
  #isEmpty = true;

  constructor(private readonly i18n: I18n) {
    i18n.onDidChange(() => {
      if (this.#isEmpty) this.clear();
    });
    this.clear();
  }

  clear(): void {
    this.#isEmpty = true;
    this.#line.replaceChildren(el('span', { class: 'captions-empty' }, this.i18n.t('captions.empty')));
  }

  add(word: string): void {
    if (this.#isEmpty) this.#line.replaceChildren();
    this.#isEmpty = false;
    this.#line.append(el('span', {}, `${this.#line.childElementCount > 0 ? ' ' : ''}${word}`));
    while (this.#line.childElementCount > shownWords) this.#line.firstElementChild?.remove();
  }
}
