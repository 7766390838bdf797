import { byId, el } from './dom.js';

/** Something that a person should know of, and what can be done. */
export interface Notice {
  readonly key: string;
  readonly severity: 'warning' | 'error';
  readonly title: string;
  readonly hint: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** What is wrong, on top of the page. Rebuilt only where it differs, so that it is read out once. */
export class ProblemList {
  readonly #list = byId('problems');
  #shown = '';

  render(notices: readonly Notice[]): void {
    const signature = JSON.stringify(notices.map(({ key, title, hint }) => [key, title, hint]));
    if (signature === this.#shown) return;
    this.#shown = signature;
    this.#list.replaceChildren(...notices.map(makeProblem));
  }
}

function makeProblem({ key, severity, title, hint, action }: Notice): HTMLElement {
  const element = el(
    'div',
    { class: 'problem', 'data-severity': severity, 'data-problem': key },
    el('p', { class: 'problem-title' }, title),
    el('p', { class: 'problem-hint' }, hint),
  );
  if (action !== undefined) {
    const button = el(
      'button',
      { type: 'button', class: 'button button-small button-primary' },
      action.label,
    );
    button.addEventListener('click', action.run);
    element.append(button);
  }
  return element;
}
