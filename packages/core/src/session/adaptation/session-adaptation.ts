import {
  type AdjustmentInput,
  type Clock,
  type ControlDecision,
  type ControlInput,
  type ControlOccasion,
  type ControlPolicy,
  type ControlRule,
  type Disposable,
  type Forecast,
  type Forecaster,
  type LimitInput,
  type LinkState,
  type NamedRule,
  type ProbeInput,
  type Profile,
  type RandomSource,
  type Scenario,
  isEloquenceError,
} from '@eloquence/plugin-api';
import type { PluginHost } from '../../plugins/plugin-host.js';
import { AdaptationLoop, type ChosenSettings } from './adaptation-loop.js';
import { isAckTimeout, isDecision, isForecast, isOpinion } from './control-checks.js';
import type { GuardedPolicy } from './control-dependencies.js';
import type { CreateForecaster, GuardedForecaster } from './link-forecasts.js';

/** In place of a profile's id: the policy chooses, and goes on choosing. */
export const autoProfile = 'auto';

/** Where no plugin contributes a profile to choose from. */
const fallbackProfileId = 'FALLBACK';
const defaultPolicyId = 'adaptive';
const defaultForecasterId = 'holt';
const defaultOrder = 1000;
/** How long a plugin may take for one call, ms. */
const decideBudgetMs = 5;
const ruleBudgetMs = 2;
const forecastBudgetMs = 5;

export interface SessionAdaptationOptions {
  readonly host: PluginHost;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Absent: the default one, or none where no plugin contributes it. */
  readonly policyId?: string | undefined;
  readonly forecasterId?: string | undefined;
  readonly profiles: { get(id: string): Promise<Profile>; fallback(id: string): Profile };
}

/** What an utterance asks for: a profile's id, or `auto`. */
export interface AdaptationRequest {
  readonly utteranceId: number;
  readonly profile: string;
  readonly scenario: Scenario;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * The session's adaptation loop with the policy, the rules, the forecaster and the profiles of plugins, which are
 * loaded when an utterance first asks for `auto`. A plugin that fails leaves everything as it is.
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
    if (profile !== autoProfile) return this.#options.profiles.get(profile);
    await this.#useDependencies();
    return this.#initialProfile();
  }

  /** @throws EloquenceError `PROFILE_UNKNOWN`, `CONTRIBUTION_UNKNOWN` for a policy or forecaster that nobody provides */
  async begin({ utteranceId, profile, scenario, labels }: AdaptationRequest): Promise<ChosenSettings> {
    const pinnedProfile = profile === autoProfile ? undefined : await this.#options.profiles.get(profile);
    if (pinnedProfile === undefined) await this.#useDependencies();
    return this.loop.begin({ utteranceId, scenario, labels, pinnedProfile });
  }

  dispose(): void {
    this.loop.dispose();
  }

  #useDependencies(): Promise<void> {
    const loading = (this.#equipping ??= this.#load());
    // A failed load is tried again by the next utterance.
    loading.catch(() => {
      if (this.#equipping === loading) this.#equipping = undefined;
    });
    return loading;
  }

  async #load(): Promise<void> {
    const { host, policyId = defaultPolicyId, forecasterId = defaultForecasterId } = this.#options;
    const { policies, forecasters } = host.contributions;
    const policy = await usable(policies.get(policyId), this.#options.policyId === undefined);
    const forecaster = await usable(forecasters.get(forecasterId), this.#options.forecasterId === undefined);
    const policyOwner = policies.owner(policyId) ?? '';
    const initial = await this.#initialProfile();
    this.loop.useDependencies({
      profiles: await this.#loadProfiles(policyOwner, initial),
      initialProfileId: initial.id,
      policy: this.#guardPolicy(policyId, policyOwner, policy, await this.#loadRules()),
      createForecaster: this.#guardForecaster(forecasters.owner(forecasterId) ?? '', forecaster),
    });
  }

  async #initialProfile(): Promise<Profile> {
    const { host, profiles } = this.#options;
    const initial = host.contributions.profiles.entries().find((entry) => entry['isInitial'] === true);
    const id = initial?.id ?? host.contributions.profiles.ids()[0];
    return id === undefined ? profiles.fallback(fallbackProfileId) : profiles.get(id);
  }

  /** Those meant for it, and those of the policy's own plugin: no other plugin is loaded only to be chosen from. */
  async #loadProfiles(policyOwner: string, initial: Profile): Promise<Map<string, Profile>> {
    const { host, profiles } = this.#options;
    const loaded = new Map<string, Profile>();
    for (const entry of host.contributions.profiles.entries())
      if (entry['isAutomatic'] === true || entry.pluginId === policyOwner)
        loaded.set(entry.id, await profiles.get(entry.id));
    if (loaded.size === 0) loaded.set(initial.id, initial);
    return loaded;
  }

  /** The rules of all plugins, in their order, each behind a guard of its own plugin. */
  async #loadRules(): Promise<readonly NamedRule[]> {
    const { rules } = this.#options.host.contributions;
    const loaded: NamedRule[] = [];
    for (const id of rules.ids()) {
      const rule = await usable(rules.get(id), false);
      if (rule !== undefined) loaded.push({ id, rule: this.#guardRule(rules.owner(id) ?? '', id, rule) });
    }
    const orderOf = ({ rule }: NamedRule): number => rule.order ?? defaultOrder;
    return loaded.sort((a, b) => orderOf(a) - orderOf(b));
  }

  /** Gives no opinion once its plugin is out of order. */
  #guardRule(pluginId: string, id: string, rule: ControlRule): ControlRule {
    const { order } = rule;
    const ordered = order === undefined ? {} : { order };
    const none = (): undefined => undefined;
    const limits = { budgetMs: ruleBudgetMs, isValid: (opinion: unknown) => isOpinion(opinion, id) };
    const guard = this.#options.host.guard(pluginId, `rule:${rule.kind}`, limits);
    switch (rule.kind) {
      case 'limit': {
        const call = (input: LimitInput): ReturnType<typeof rule.limit> => rule.limit(input);
        return { kind: 'limit', ...ordered, limit: (input) => guard.call(call, input, none) };
      }
      case 'adjustment': {
        const call = (input: AdjustmentInput): ReturnType<typeof rule.adjust> => rule.adjust(input);
        return { kind: 'adjustment', ...ordered, adjust: (input) => guard.call(call, input, none) };
      }
      case 'probe': {
        const call = (input: ProbeInput): ReturnType<typeof rule.probe> => rule.probe(input);
        return { kind: 'probe', ...ordered, probe: (input) => guard.call(call, input, none) };
      }
    }
  }

  #guardPolicy(
    id: string,
    pluginId: string,
    policy: ControlPolicy | undefined,
    rules: readonly NamedRule[],
  ): GuardedPolicy {
    if (policy === undefined) return { id, config: {}, decide: () => undefined, isDue: () => true };
    const { host } = this.#options;
    // Another plugin's rule that takes long is that plugin's fault, not the policy's.
    const areOwnRules = rules.every(({ id: ruleId }) => host.contributions.rules.owner(ruleId) === pluginId);
    const budget = areOwnRules ? { budgetMs: decideBudgetMs } : {};
    const guard = host.guard(pluginId, 'decide', { ...budget, isValid: isDecision });
    const dueGuard = host.guard(pluginId, 'isDue', { budgetMs: decideBudgetMs });
    const decide = (input: ControlInput): ControlDecision | undefined => policy.decide(input, rules);
    const config = host.configurationOf(pluginId);
    const timeoutGuard = host.guard(pluginId, 'ackTimeout', { isValid: isAckTimeout });
    const isDue = (occasion: ControlOccasion): boolean => policy.isDue?.(occasion) ?? true;
    return {
      id,
      config,
      ackTimeout: timeoutGuard.run(() => policy.ackTimeout?.(config), undefined),
      decide: (input) => guard.call(decide, input, () => undefined),
      isDue: (occasion) => dueGuard.call(isDue, occasion, () => true),
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
      const observe = (link: LinkState): void => forecaster.observe(link);
      const forecast = (): Forecast | undefined => forecaster.forecast();
      return {
        observe: (link) => observing.call(observe, link, () => undefined),
        forecast: () => forecasting.run(forecast, undefined),
      } satisfies GuardedForecaster;
    };
  }
}

/** `undefined` if the contribution's plugin is out of order. @param isOptional also if no plugin contributes it */
async function usable<T>(loading: Promise<T>, isOptional: boolean): Promise<T | undefined> {
  try {
    return await loading;
  } catch (error) {
    const codes = ['PLUGIN_FAILED', 'PLUGIN_TIMEOUT', ...(isOptional ? ['CONTRIBUTION_UNKNOWN'] : [])];
    if (isEloquenceError(error) && codes.includes(error.code)) return undefined;
    throw error;
  }
}
