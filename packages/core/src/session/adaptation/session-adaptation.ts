import {
  type BuiltinProfileId,
  type Clock,
  type Disposable,
  type Forecast,
  type Forecaster,
  type LinkState,
  type Profile,
  type RandomSource,
  type Scenario,
  type Selection,
  type SelectionInput,
  isEloquenceError,
} from '@eloquence/plugin-api';
import type { PluginHost } from '../../plugins/plugin-host.js';
import type { GuardedSelector } from './adaptation-equipment.js';
import { AdaptationLoop, type ChosenSettings } from './adaptation-loop.js';
import type { CreateForecaster, GuardedForecaster } from './outlooks.js';

/** In place of a profile's id: the selector chooses, and goes on choosing. */
export const autoProfile = 'auto';

const builtinIds: readonly BuiltinProfileId[] = [
  'BALANCED_OPTIMAL',
  'EMERGENCY_FALLBACK',
  'HIGH_THROUGHPUT',
  'ULTRA_PERFORMANCE',
];
const initialProfileId: BuiltinProfileId = 'BALANCED_OPTIMAL';
const selectBudgetMs = 5;
const forecastBudgetMs = 5;

export interface SessionAdaptationOptions {
  readonly host: PluginHost;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly selectorId: string;
  readonly forecasterId: string;
  readonly loadProfile: (id: string) => Promise<Profile>;
}

/** What an utterance asks for: a profile's id, or `auto`. */
export interface AdaptationRequest {
  readonly utteranceId: number;
  readonly profile: string;
  readonly scenario: Scenario;
}

/**
 * The session's adaptation loop with the selector, the forecaster and the profiles of plugins, which are loaded when
 * an utterance first asks for `auto`. A plugin that fails leaves the profile as it is.
 */
export class SessionAdaptation implements Disposable {
  readonly loop: AdaptationLoop;
  readonly #options: SessionAdaptationOptions;
  #equipping: Promise<void> | undefined;

  constructor(options: SessionAdaptationOptions) {
    this.#options = options;
    this.loop = new AdaptationLoop(options.clock);
  }

  /** Loads what `auto` needs; gives the profile that an utterance will most likely begin with. */
  async prepare(profile: string): Promise<Profile> {
    if (profile !== autoProfile) return this.#options.loadProfile(profile);
    await this.#equip();
    return this.#options.loadProfile(initialProfileId);
  }

  /** @throws EloquenceError `PROFILE_UNKNOWN`, `CONTRIBUTION_UNKNOWN` for a selector or forecaster that nobody provides */
  async begin({ utteranceId, profile, scenario }: AdaptationRequest): Promise<ChosenSettings> {
    if (profile !== autoProfile) {
      const pinnedProfile = await this.#options.loadProfile(profile);
      return this.loop.begin({ utteranceId, scenario, pinnedProfile });
    }
    await this.#equip();
    return this.loop.begin({ utteranceId, scenario });
  }

  dispose(): void {
    this.loop.dispose();
  }

  #equip(): Promise<void> {
    const loading = (this.#equipping ??= this.#load());
    // A failed load is tried again by the next utterance.
    loading.catch(() => {
      if (this.#equipping === loading) this.#equipping = undefined;
    });
    return loading;
  }

  async #load(): Promise<void> {
    const { host, selectorId, forecasterId } = this.#options;
    const { selectors, forecasters } = host.contributions;
    const selector = await unlessBroken(selectors.get(selectorId));
    const forecaster = await unlessBroken(forecasters.get(forecasterId));
    const selectorOwner = selectors.owner(selectorId) ?? '';
    this.loop.equip({
      profiles: await this.#loadProfiles(selectorOwner),
      initialProfileId,
      selector: this.#guardSelector(selectorOwner, selector),
      createForecaster: this.#guardForecaster(forecasters.owner(forecasterId) ?? '', forecaster),
    });
  }

  /** The built-in ones, and those of the selector's own plugin: no other plugin is loaded only to be chosen from. */
  async #loadProfiles(selectorOwner: string): Promise<Map<string, Profile>> {
    const { profiles } = this.#options.host.contributions;
    const own = profiles.ids().filter((id) => profiles.owner(id) === selectorOwner);
    const loaded = new Map<string, Profile>();
    for (const id of new Set([...builtinIds.filter((id) => profiles.owner(id) !== undefined), ...own]))
      loaded.set(id, await this.#options.loadProfile(id));
    if (loaded.size === 0) loaded.set(initialProfileId, await this.#options.loadProfile(initialProfileId));
    return loaded;
  }

  #guardSelector(
    pluginId: string,
    selector: { select(input: SelectionInput): Selection } | undefined,
  ): GuardedSelector {
    const guard = this.#options.host.guard(pluginId, 'select', {
      budgetMs: selectBudgetMs,
      isValid: isSelection,
    });
    const call = (input: SelectionInput): Selection | undefined => selector?.select(input);
    return {
      id: this.#options.selectorId,
      select: (input) => (selector === undefined ? undefined : guard.call(call, input, () => undefined)),
    };
  }

  #guardForecaster(
    pluginId: string,
    factory: { create(services: { clock: Clock; random: RandomSource }): Forecaster } | undefined,
  ): CreateForecaster {
    if (factory === undefined) return () => undefined;
    const { host, clock, random } = this.#options;
    const creating = host.guard(pluginId, 'create');
    const observing = host.guard(pluginId, 'observe', { budgetMs: forecastBudgetMs });
    const forecasting = host.guard(pluginId, 'forecast', { budgetMs: forecastBudgetMs, isValid: isForecast });
    return () => {
      const forecaster = creating.run(() => factory.create({ clock, random }), undefined);
      if (forecaster === undefined) return undefined;
      const observe = (conditions: LinkState): void => forecaster.observe(conditions);
      const forecast = (): Forecast | undefined => forecaster.forecast();
      return {
        observe: (conditions) => observing.call(observe, conditions, () => undefined),
        forecast: () => forecasting.run(forecast, undefined),
      } satisfies GuardedForecaster;
    };
  }
}

async function unlessBroken<T>(loading: Promise<T>): Promise<T | undefined> {
  try {
    return await loading;
  } catch (error) {
    if (isEloquenceError(error) && (error.code === 'PLUGIN_FAILED' || error.code === 'PLUGIN_TIMEOUT'))
      return undefined;
    throw error;
  }
}

function isSelection(value: unknown): boolean {
  const selection = value as Partial<Selection> | null | undefined;
  return (
    typeof selection?.profileId === 'string' &&
    typeof selection.rule === 'string' &&
    typeof selection.reason === 'string' &&
    typeof selection.memory === 'object'
  );
}

function isForecast(value: unknown): boolean {
  const forecast = value as Partial<Forecast> | null | undefined;
  const { deliveryMs, stallProbability, capacityBytesPerSecond } = forecast ?? {};
  if (!Array.isArray(stallProbability) || stallProbability.length !== 5 || deliveryMs === undefined)
    return false;
  const figures: readonly unknown[] = [deliveryMs.p5, deliveryMs.p50, deliveryMs.p95, ...stallProbability];
  if (capacityBytesPerSecond !== undefined && !(capacityBytesPerSecond >= 0)) return false;
  return figures.every((figure) => typeof figure === 'number' && figure >= 0);
}
