import { nameHint } from '@eloquence/base';
import {
  type ApiProposals,
  type Clock,
  type ContributionPointName,
  type Decision,
  Emitter,
  EloquenceError,
  type Event,
} from '@eloquence/plugin-api';
import type { ContributionSource } from '../contributions/contribution-lookup.js';
import { pointNames } from '../contributions/contribution-point.js';
import { type Contributions, createContributions } from '../contributions/contribution-lookup.js';
import type { Settings } from './plugin-configuration.js';
import { Guard, type GuardOptions } from './guard.js';
import { DecisionTally } from './inspect/decision-tally.js';
import { PluginActivator } from './plugin-activator.js';
import { PluginConfigurations } from './plugin-configuration.js';
import type { PluginEntry } from './plugin-entry.js';
import type { PluginHost, PluginHostOptions } from './plugin-host.js';
import { pluginInfoOf } from './plugin-info.js';
import { PluginSet } from './plugin-set.js';
import type {
  PluginFault,
  PluginInfo,
  PluginLogEntry,
  PluginQuarantine,
  PluginStateChange,
} from './plugin-state.js';
import { notifyProviderChanges, snapshotProviders } from './plugin-set.js';

/**
 * Checks the plugins by their manifests, without loading any. A wrong plugin is a plugin with the state `failed`;
 * only mistakes of the application itself are thrown.
 *
 * @throws EloquenceError `CONFIGURATION_INVALID` for wrong settings or overrides
 */
export function createPluginHost(options: PluginHostOptions): PluginHost {
  return new DefaultPluginHost(options);
}

class DefaultPluginHost implements PluginHost {
  readonly contributions: Contributions;
  readonly #set: PluginSet;
  readonly #activator: PluginActivator;
  readonly #decisions: DecisionTally;
  readonly #clock: Clock;
  readonly #configurations: PluginConfigurations;
  readonly #onDidQuarantinePlugin = new Emitter<PluginQuarantine>();
  readonly #onDidRecordFault = new Emitter<PluginFault>();
  readonly #onDidLog = new Emitter<PluginLogEntry>();
  #disposal: Promise<void> | undefined;

  constructor(options: PluginHostOptions) {
    this.#clock = options.clock;
    this.#set = new PluginSet(options.descriptors, options, (entry) => this.#watch(entry));
    this.#configurations = new PluginConfigurations(options.configuration ?? {}, [...this.#set.byId.keys()]);
    this.#activator = new PluginActivator(this.#set.byId, {
      ...options,
      proposals: offeredProposals(options),
      configurationOf: (pluginId) => this.configurationOf(pluginId),
      onLog: (entry) => this.#onDidLog.fire(entry),
      onUnregister: (pluginId, point, id) => this.#onUnregister(pluginId, point, id),
    });
    this.contributions = createContributions(this.#createSource());
    this.#decisions = new DecisionTally(this.contributions);
    this.#activator.onDidChangeState((change) => this.#onChangeState(change));
    for (const { plugin } of this.#set.byId.values()) this.#configurations.check(plugin);
  }

  readonly onDidRecordFault: Event<PluginFault> = (listener) => this.#onDidRecordFault.event(listener);
  readonly onDidQuarantinePlugin: Event<PluginQuarantine> = (listener) =>
    this.#onDidQuarantinePlugin.event(listener);
  readonly onDidChangePluginState: Event<PluginStateChange> = (listener) =>
    this.#activator.onDidChangeState(listener);
  readonly onDidLog: Event<PluginLogEntry> = (listener) => this.#onDidLog.event(listener);

  plugins(): PluginInfo[] {
    return this.#set.all.map((entry) => pluginInfoOf(entry, this.#set, this.#decisions.of(entry.id)));
  }

  configurationOf(pluginId: string, session?: Settings): Settings {
    return this.#configurations.of(this.#entryOf(pluginId).plugin, session);
  }

  guard(pluginId: string, operation: string, options?: GuardOptions): Guard {
    return new Guard(this.#entryOf(pluginId).health, this.#clock, operation, options);
  }

  async disable(pluginId: string): Promise<void> {
    this.#assertOpen();
    this.#entryOf(pluginId);
    if (this.#set.disabled.includes(pluginId)) return;
    await this.#update({ disabled: [...this.#set.disabled, pluginId] });
  }

  async enable(pluginId: string): Promise<void> {
    this.#assertOpen();
    this.#entryOf(pluginId);
    if (!this.#set.disabled.includes(pluginId)) return;
    await this.#update({ disabled: this.#set.disabled.filter((id) => id !== pluginId) });
  }

  async choose(point: ContributionPointName, id: string, pluginId: string | undefined): Promise<void> {
    this.#assertOpen();
    const { [id]: _before, ...others } = this.#set.overrides[point] ?? {};
    const choices = pluginId === undefined ? others : { ...others, [id]: pluginId };
    await this.#update({ overrides: { ...this.#set.overrides, [point]: choices } });
  }

  recordDecision(decision: Decision, forecasterId: string): void {
    this.#decisions.add(decision, forecasterId);
  }

  dispose(): Promise<void> {
    this.#disposal ??= this.#activator.dispose().finally(() => {
      this.#onDidQuarantinePlugin.dispose();
      this.#onDidRecordFault.dispose();
      this.#onDidLog.dispose();
      for (const point of pointNames) this.contributions[point].dispose();
    });
    return this.#disposal;
  }

  #createSource(): ContributionSource {
    return {
      ownersOf: (point) => this.#set.ownersOf(point),
      entryOf: (pluginId, point, id) =>
        this.#set.byId.get(pluginId)?.plugin.manifest?.contributes[point]?.find((entry) => entry.id === id),
      isUsable: (pluginId) => this.#set.byId.get(pluginId)?.isUsable === true,
      load: async (pluginId, point, id, need) => {
        const entry = this.#entryOf(pluginId);
        await this.#activator.activate(entry, need);
        return entry.contributions.get(point)?.get(id);
      },
    };
  }

  #entryOf(pluginId: string): PluginEntry {
    const entry = this.#set.byId.get(pluginId);
    if (entry !== undefined) return entry;
    const hint = nameHint(pluginId, this.#set.byId.keys());
    throw new EloquenceError('OPTION_INVALID', `There is no plugin '${pluginId}'.`, {
      value: pluginId,
      hint,
    });
  }

  #assertOpen(): void {
    if (this.#disposal !== undefined) throw new EloquenceError('DISPOSED', 'The plugin host is disposed.');
  }

  /** Resolves when the plugins that went out of use have ended; everything else has happened when it returns. */
  #update(change: Parameters<PluginSet['update']>[0]): Promise<void> {
    const before = snapshotProviders(this.#set);
    const replaced = this.#set.update(change);
    const ended = replaced.filter(({ from }) => from.activation !== undefined && !from.isEnded);
    const end = this.#activator.end(ended.map(({ from }) => from));
    for (const { from, to } of ended) to.predecessorEnd = Promise.allSettled([end, from.predecessorEnd]);
    for (const { from, to } of replaced) {
      if (from.state === to.state) continue;
      this.#activator.announce({
        pluginId: to.id,
        from: from.state,
        to: to.state,
        cause: to.cause,
      });
    }
    notifyProviderChanges(before, snapshotProviders(this.#set), this.contributions);
    return end;
  }

  #watch(entry: PluginEntry): void {
    entry.health.onDidFault((fault) => this.#onDidRecordFault.fire(fault));
    entry.health.onDidTrip((quarantine) => this.#onTrip(entry, quarantine));
  }

  #onTrip(entry: PluginEntry, quarantine: PluginQuarantine): void {
    this.#activator.quarantine(entry, quarantine.cause);
    this.#onDidQuarantinePlugin.fire(quarantine);
  }

  #onChangeState({ pluginId, from, to, cause }: PluginStateChange): void {
    // Those that the application takes out are told of where that happens.
    const isBroken = (to === 'failed' && from === 'activating') || to === 'quarantined';
    if (!isBroken) return;
    for (const point of pointNames) {
      for (const [id, owner] of this.#set.ownersOf(point)) {
        if (owner !== pluginId) continue;
        this.contributions[point].notifyRemoved({ id, pluginId, cause });
      }
    }
  }

  #onUnregister(pluginId: string, point: ContributionPointName, id: string): void {
    const isInUse = this.#set.byId.get(pluginId)?.state === 'active' && !this.#activator.isDisposed;
    if (!isInUse || this.#set.ownersOf(point).get(id) !== pluginId) return;
    this.contributions[point].notifyRemoved({ id, pluginId });
  }
}

function offeredProposals({ apiProposals, clock }: PluginHostOptions): Partial<ApiProposals> {
  const all: ApiProposals = { clock };
  return Object.fromEntries(Object.entries(all).filter(([name]) => apiProposals?.includes(name)));
}
