import type { PluginFacts, PluginsRequest, PluginsState } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import { readable } from './quantities.js';

/** Of more than these only the number is shown. */
const mostIds = 4;

export interface PluginsPanelProps {
  readonly i18n: I18n;
  readonly plugins: PluginsState | undefined;
  readonly change: (request: PluginsRequest) => void;
}

/** What the Eloquence arm is made of, and ways to change it. */
export function PluginsPanel({ i18n, plugins, change }: PluginsPanelProps) {
  return (
    <section class="panel" aria-labelledby="plugins-title">
      <header class="panel-head">
        <h2 id="plugins-title">{i18n.t('plugins.title')}</h2>
        <p class="panel-note">{i18n.t('plugins.note')}</p>
      </header>
      {plugins === undefined ? (
        <p class="empty">{i18n.t('plugins.empty')}</p>
      ) : (
        <>
          <Swaps i18n={i18n} plugins={plugins} change={change} />
          <ul class="plugin-list">
            {plugins.plugins.map((facts) => (
              <PluginRow key={facts.id} i18n={i18n} facts={facts} change={change} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Swaps({ i18n, plugins, change }: PluginsPanelProps & { readonly plugins: PluginsState }) {
  return (
    <div class="swaps">
      {plugins.choices.map(({ name, options, chosen }) => (
        <label key={name} class="swap">
          <span>{i18n.t(`plugins.${name}`)}</span>
          <select
            id={`swap-${name}`}
            value={chosen}
            onChange={({ currentTarget: { value } }) => change({ action: 'choose', name, value })}
          >
            {options.map((option) => (
              <option key={option} value={option}>
                {option === 'auto' ? i18n.t('plugins.auto') : readable(option)}
              </option>
            ))}
          </select>
        </label>
      ))}
      <div class="breakages" role="group" aria-label={i18n.t('plugins.break')}>
        {plugins.breakages.map(({ name, isOn }) => (
          <button
            key={name}
            type="button"
            id={`break-${name}`}
            class={`button button-small ${isOn ? '' : 'button-danger'}`}
            aria-pressed={isOn}
            onClick={() => change({ action: isOn ? 'repair' : 'break', name })}
          >
            {i18n.t(isOn ? `repair.${name}` : `break.${name}`)}
          </button>
        ))}
      </div>
    </div>
  );
}

function PluginRow({
  i18n,
  facts,
  change,
}: Omit<PluginsPanelProps, 'plugins'> & { readonly facts: PluginFacts }) {
  const { id, version, state, faults, cause, contributions, canDisable } = facts;
  // The row says already whose fault it is.
  const shownCause = state === 'disabled' ? undefined : cause?.replace(` of plugin '${id}'`, '');
  const scopeEnd = id.startsWith('@') ? id.indexOf('/') + 1 : 0;
  return (
    <li class="plugin" data-plugin={id}>
      <span class="plugin-name" title={`${id} ${version}`}>
        <span class="plugin-scope">{id.slice(0, scopeEnd)}</span>
        <span>{id.slice(scopeEnd)}</span>
      </span>
      <span
        class="plugin-what"
        data-cause={String(shownCause !== undefined)}
        title={cause ?? describe(i18n, contributions, Infinity)}
      >
        {shownCause ?? describe(i18n, contributions, mostIds)}
      </span>
      <span class="plugin-state" data-tone={toneOf(facts)} data-state={state}>
        {i18n.find(`plugin.state.${state}`) ?? state}
        {faults > 0 ? `\n${i18n.t('plugins.faults', { count: faults })}` : ''}
      </span>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={state !== 'disabled'}
          disabled={!canDisable}
          aria-label={i18n.t('plugins.use', { name: id })}
          onChange={({ currentTarget }) =>
            change({ action: currentTarget.checked ? 'enable' : 'disable', pluginId: id })
          }
        />
        <span class="switch-track" aria-hidden="true" />
      </label>
    </li>
  );
}

/** What a plugin is for; of a long list only how long it is. */
function describe(i18n: I18n, contributions: PluginFacts['contributions'], most: number): string {
  return contributions
    .map(({ point, ids }) => {
      const list = ids.length > most ? i18n.number(ids.length) : ids.map(readable).join(', ');
      return i18n.t('plugins.adds', { what: i18n.find(`plugin.point.${point}`) ?? point, ids: list });
    })
    .join(' · ');
}

function toneOf({ state, faults }: PluginFacts): 'good' | 'idle' | 'bad' {
  if (state === 'quarantined' || state === 'failed' || faults > 0) return 'bad';
  return state === 'active' ? 'good' : 'idle';
}
