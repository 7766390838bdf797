import type { MigrationState } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import { byId, el, setText } from './dom.js';

const steps = ['migration.step1', 'migration.step2', 'migration.step3'] as const;

/** The way from the old loop to Eloquence, and how much of it is there. */
export class MigrationPanel {
  readonly #status = el('p', { class: 'migration-status' });
  readonly #steps = steps.map(() => el('span'));

  constructor(private readonly i18n: I18n) {
    byId('migration').append(
      el(
        'div',
        { class: 'migration' },
        el('ol', { class: 'migration-steps' }, ...this.#steps.map((text) => el('li', {}, text))),
        this.#status,
      ),
    );
  }

  render(migration: MigrationState | undefined): void {
    const { i18n } = this;
    steps.forEach((step, index) => setText(this.#steps[index]!, i18n.t(step)));
    setText(
      this.#status,
      migration === undefined
        ? i18n.t('migration.waiting')
        : `${i18n.t('migration.absent')} ${migration.reason}`,
    );
  }
}
