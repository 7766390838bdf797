import type { MigrationState } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import { byId, el, setText } from './dom.js';

/** The way from the old loop to Eloquence, and how much of it is there. */
export class MigrationPanel {
  readonly #planTitle = el('h3');
  readonly #plan = el('p');
  readonly #todayTitle = el('h3');
  readonly #today = el('p');

  constructor(private readonly i18n: I18n) {
    byId('migration').append(
      el('div', {}, this.#planTitle, this.#plan),
      el('div', {}, this.#todayTitle, this.#today),
    );
  }

  render(migration: MigrationState | undefined): void {
    const { i18n } = this;
    setText(this.#planTitle, i18n.t('migration.planned'));
    setText(this.#plan, i18n.t('migration.plan'));
    setText(this.#todayTitle, i18n.t('migration.today'));
    setText(this.#today, i18n.t(migration === undefined ? 'migration.waiting' : 'migration.absent'));
  }
}
