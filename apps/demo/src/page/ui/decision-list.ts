import type { I18n } from '../i18n/i18n.js';
import type { DecisionMark } from '../state/conditions-history.js';
import { byId, el } from './dom.js';
import { readable } from './plugins-panel.js';

/** Changes of the profile and of protection with their reasons, the latest first; and the profile in use. */
export class DecisionList {
  readonly #list = byId('decisions');
  readonly #now = byId('profile-now');
  #shown = '';

  constructor(private readonly i18n: I18n) {}

  render(marks: readonly DecisionMark[], profile: string | undefined, runStartS: number | undefined): void {
    const { i18n } = this;
    const last = marks.at(-1);
    const signature = `${i18n.locale}/${marks.length}/${last?.atS ?? 0}/${profile ?? ''}/${runStartS ?? 0}`;
    if (signature === this.#shown) return;
    this.#shown = signature;
    this.#now.replaceChildren(i18n.t('profile.now'), ' ', profile === undefined ? '–' : chip(profile));
    if (marks.length === 0) {
      this.#list.replaceChildren(el('li', { class: 'empty' }, i18n.t('decisions.empty')));
      return;
    }
    this.#list.replaceChildren(...[...marks].reverse().map((mark) => this.#makeRow(mark, runStartS)));
  }

  #makeRow({ atS, decision }: DecisionMark, runStartS: number | undefined): HTMLElement {
    const { what, to, reason, applied, protection } = decision;
    const name =
      what === 'profile' ? chip(to) : el('span', { class: 'profile-chip' }, this.#protectionText(protection));
    return el(
      'li',
      { class: 'decision', 'data-applied': String(applied) },
      el(
        'time',
        {},
        runStartS === undefined || atS < runStartS ? '' : `${this.i18n.number(atS - runStartS, 1)}\u00a0s`,
      ),
      name,
      el('span', { class: 'decision-why' }, reason),
    );
  }

  #protectionText(causes: readonly string[]): string {
    const { i18n } = this;
    return i18n.t(causes.length === 0 ? 'decisions.protectionOff' : 'decisions.protectionOn');
  }
}

function chip(profile: string): HTMLElement {
  return el('span', { class: 'profile-chip', 'data-profile': profile }, readable(profile));
}
