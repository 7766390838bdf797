import type { ChoiceName, PluginFacts, PluginsRequest, PluginsState } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import { byId, el, setData, setText } from './dom.js';

/** Of more than these only the number is shown. */
const mostIds = 4;

interface PluginRow {
  readonly element: HTMLElement;
  readonly what: HTMLElement;
  readonly state: HTMLElement;
  readonly input: HTMLInputElement;
}

/** What the Eloquence arm is made of, and ways to change it. */
export class PluginsPanel {
  readonly #swaps = el('div', { class: 'swaps' });
  readonly #list = el('ul', { class: 'plugin-list' });
  readonly #empty = el('p', { class: 'empty' });
  readonly #rows = new Map<string, PluginRow>();
  #shownFor: PluginsState | undefined;
  #shownIn = '';

  constructor(
    private readonly i18n: I18n,
    private readonly send: (request: PluginsRequest) => void,
  ) {
    byId('plugins').append(this.#swaps, this.#empty, this.#list);
  }

  render(plugins: PluginsState | undefined): void {
    setText(this.#empty, plugins === undefined ? this.i18n.t('plugins.empty') : '');
    this.#empty.hidden = plugins !== undefined;
    if (plugins === undefined) return;
    if (this.#shownFor === plugins && this.#shownIn === this.i18n.locale) return;
    this.#shownFor = plugins;
    this.#shownIn = this.i18n.locale;
    this.#showSwaps(plugins);
    for (const facts of plugins.plugins) this.#showPlugin(facts);
    for (const [id, row] of this.#rows) {
      if (plugins.plugins.some((facts) => facts.id === id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
  }

  #showSwaps({ choices, breakages }: PluginsState): void {
    const { i18n } = this;
    const focused = document.activeElement?.id;
    const selects = choices.map(({ name, options, chosen }) => {
      const select = el('select', { id: `swap-${name}` });
      for (const option of options) {
        const text = option === 'auto' ? i18n.t('plugins.auto') : readable(option);
        select.append(el('option', { value: option, selected: option === chosen }, text));
      }
      select.addEventListener('change', () => this.send({ action: 'choose', name, value: select.value }));
      return el('label', { class: 'swap' }, el('span', {}, i18n.t(choiceLabel(name))), select);
    });
    const buttons = breakages.map(({ name, isOn }) => {
      const button = el(
        'button',
        {
          type: 'button',
          id: `break-${name}`,
          class: `button button-small ${isOn ? '' : 'button-danger'}`,
          'aria-pressed': String(isOn),
        },
        i18n.t(isOn ? `repair.${name}` : `break.${name}`),
      );
      button.addEventListener('click', () => this.send({ action: isOn ? 'repair' : 'break', name }));
      return button;
    });
    const group = el(
      'div',
      { class: 'breakages', role: 'group', 'aria-label': i18n.t('plugins.break') },
      ...buttons,
    );
    this.#swaps.replaceChildren(...selects, group);
    if (focused !== undefined && focused !== '')
      this.#swaps.querySelector<HTMLElement>(`#${CSS.escape(focused)}`)?.focus();
  }

  #showPlugin(facts: PluginFacts): void {
    const { i18n } = this;
    const row = this.#rows.get(facts.id) ?? this.#addRow(facts);
    const { state, faults, cause, contributions } = facts;
    const faultText = faults > 0 ? `\n${i18n.t('plugins.faults', { count: faults })}` : '';
    setText(row.state, (i18n.find(`plugin.state.${state}`) ?? state) + faultText);
    setData(row.state, 'tone', toneOf(facts));
    setData(row.state, 'state', state);
    // The row says already whose fault it is.
    const shownCause = state === 'disabled' ? null : (cause?.replace(` of plugin '${facts.id}'`, '') ?? null);
    setData(row.what, 'cause', String(shownCause !== null));
    setText(row.what, shownCause ?? this.#describe(contributions, mostIds));
    row.what.title = cause ?? this.#describe(contributions, Infinity);
    row.input.checked = state !== 'disabled';
    row.input.disabled = !facts.canDisable;
    row.input.setAttribute('aria-label', i18n.t('plugins.use', { name: facts.id }));
  }

  /** What a plugin is for; of a long list only how long it is. */
  #describe(contributions: PluginFacts['contributions'], most: number): string {
    return contributions
      .map(({ point, ids }) => {
        const list = ids.length > most ? this.i18n.number(ids.length) : ids.map(readable).join(', ');
        const title = this.i18n.find(`plugin.point.${point}`) ?? point;
        return this.i18n.t('plugins.adds', { what: title, ids: list });
      })
      .join(' · ');
  }

  #addRow({ id, version }: PluginFacts): PluginRow {
    const what = el('span', { class: 'plugin-what' });
    const state = el('span', { class: 'plugin-state' });
    const input = el('input', { type: 'checkbox', role: 'switch' });
    input.addEventListener('change', () =>
      this.send({ action: input.checked ? 'enable' : 'disable', pluginId: id }),
    );
    const element = el(
      'li',
      { class: 'plugin', 'data-plugin': id },
      el('span', { class: 'plugin-name', title: `${id} ${version}` }, ...nameOf(id)),
      what,
      state,
      el('label', { class: 'switch' }, input, el('span', { class: 'switch-track', 'aria-hidden': 'true' })),
    );
    const row = { element, what, state, input };
    this.#rows.set(id, row);
    this.#list.append(element);
    return row;
  }
}

/** The name with its scope set apart; a line may end between them. */
function nameOf(id: string): (Node | string)[] {
  const slash = id.startsWith('@') ? id.indexOf('/') + 1 : 0;
  return [el('span', { class: 'plugin-scope' }, id.slice(0, slash)), el('span', {}, id.slice(slash))];
}

function choiceLabel(name: ChoiceName): 'plugins.profile' | 'plugins.codec' | 'plugins.batcher' {
  return `plugins.${name}`;
}

function toneOf({ state, faults }: PluginFacts): 'good' | 'idle' | 'bad' {
  if (state === 'quarantined' || state === 'failed' || faults > 0) return 'bad';
  return state === 'active' ? 'good' : 'idle';
}

/** `BALANCED_OPTIMAL` as people write it. */
export function readable(id: string): string {
  if (!/^[A-Z_]+$/.test(id)) return id;
  const text = id.replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
