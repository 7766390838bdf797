import type { Disposable, Token } from '@eloquence/plugin-api';
import type { ServiceScope } from '../di/service-container.js';
import type { Guard, GuardOptions } from '../plugins/guard.js';
import type { PluginHost } from '../plugins/plugin-host.js';
import type { BuiltService, LoadedService, PluginServices } from '../plugins/plugin-services.js';

/** A plugin's service in place of a built-in one. Every call of it goes through a guard. */
export interface Replacement<T> {
  readonly service: T;
  guard(operation: string, options?: GuardOptions): Guard;
}

/** Gives what a plugin provides in place of a built-in service at this moment; `undefined` if none does. */
export type CurrentReplacement<T> = () => Replacement<T> | undefined;

/**
 * The services of a session that plugins replace, for as long as their plugins can be used: a plugin that fails, is
 * quarantined or disabled makes place for the built-in service, at once; one that is enabled comes back.
 */
export class ServiceReplacements implements Disposable {
  readonly #host: PluginHost;
  readonly #services: PluginServices;
  readonly #session: ServiceScope;
  readonly #slots = new Map<string, ReplacementSlot<unknown>>();
  readonly #listening: readonly Disposable[];
  #isStarted = false;
  #isDisposed = false;

  constructor(host: PluginHost, services: PluginServices, session: ServiceScope) {
    this.#host = host;
    this.#services = services;
    this.#session = session;
    const { onDidAdd, onDidRemove } = host.contributions.services;
    this.#listening = [
      onDidRemove(({ id }) => {
        for (const slot of this.#slots.values()) if (slot.needs(id)) slot.clear();
      }),
      onDidAdd(({ id }) => {
        const slot = this.#slots.get(id);
        if (slot !== undefined && this.#isStarted) void this.#fill(slot);
      }),
    ];
  }

  /** Lets plugins replace a service from {@link start} on. */
  allow<T>(token: Token<T>): CurrentReplacement<T> {
    const slot = new ReplacementSlot<T>(token);
    this.#slots.set(token.id, slot);
    return () => slot.current;
  }

  /** Loads the plugins that replace something. Never rejects: without them, everything is built in. */
  async start(): Promise<void> {
    this.#isStarted = true;
    await Promise.all([...this.#slots.values()].map((slot) => this.#fill(slot)));
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const listening of this.#listening) listening.dispose();
    for (const slot of this.#slots.values()) slot.clear();
  }

  async #fill(slot: ReplacementSlot<unknown>): Promise<void> {
    const { token } = slot;
    if (this.#host.contributions.services.owner(token.id) === undefined) return;
    const turn = slot.clear();
    try {
      const loaded = await this.#services.load(token);
      if (this.#isDisposed || slot.turn !== turn) return;
      slot.fill(loaded, this.#services.build(loaded, this.#session), (operation, options) =>
        this.#host.guard(loaded.pluginId, operation, options),
      );
    } catch {
      // The state and the faults of its plugin say why.
    }
  }
}

class ReplacementSlot<T> {
  readonly token: Token<T>;
  current: Replacement<T> | undefined;
  /** Counts what was put in and taken out: who has loaded something meanwhile sees that it is too late. */
  turn = 0;
  #built: BuiltService<T> | undefined;
  #neededIds: ReadonlySet<string> = new Set();

  constructor(token: Token<T>) {
    this.token = token;
  }

  needs(id: string): boolean {
    return id === this.token.id || this.#neededIds.has(id);
  }

  fill(loaded: LoadedService<T>, built: BuiltService<T>, guard: Replacement<T>['guard']): void {
    this.#built = built;
    this.#neededIds = new Set([...loaded.providers.values()].map(({ provider }) => provider.token.id));
    this.current = { service: built.service, guard };
  }

  clear(): number {
    this.current = undefined;
    this.#neededIds = new Set();
    this.#built?.dispose();
    this.#built = undefined;
    return ++this.turn;
  }
}
