import {
  Clock,
  type Disposable,
  EloquenceError,
  RandomSource,
  type ServiceProvider,
  type Token,
  provide,
} from '@eloquence/plugin-api';
import { checkServices } from '../di/check-services.js';
import { ServiceScope } from '../di/service-container.js';
import type { PluginHost } from './plugin-host.js';

/** What the services of plugins may need of the kernel. */
const offered: readonly Token<unknown>[] = [Clock, RandomSource];

/** A plugin's service that can be made: its provider, and those of all that it needs from plugins. */
export interface LoadedService<T> {
  readonly token: Token<T>;
  readonly pluginId: string;
  /** By the token's key; in the order in which they were found. */
  readonly providers: ReadonlyMap<symbol, OwnedProvider>;
}

interface OwnedProvider {
  readonly provider: ServiceProvider;
  readonly pluginId: string;
}

/** A service that was made, and the scope to dispose with it. */
export interface BuiltService<T> extends Disposable {
  readonly service: T;
}

/** Loads and makes the services that plugins provide: those of the scope `root` once, the others in each session. */
export class PluginServices implements Disposable {
  readonly #host: PluginHost;
  readonly #root: ServiceScope;
  readonly #shared = new Map<symbol, ServiceScope>();
  readonly #removal: Disposable;

  constructor(host: PluginHost, root: ServiceScope) {
    this.#host = host;
    this.#root = root;
    this.#removal = host.contributions.services.onDidRemove(({ id }) => this.#release(id));
  }

  /**
   * Loads the plugin that provides a service, and those that provide what it needs.
   *
   * @throws EloquenceError why it cannot be used; a mistake in what it needs counts as its plugin's fault
   */
  async load<T>(token: Token<T>): Promise<LoadedService<T>> {
    const providers = new Map<symbol, OwnedProvider>();
    const pluginId = await this.#collect(token, providers);
    try {
      checkServices(
        [...providers.values()].map(({ provider }) => provider),
        new Map(offered.map(({ key, scope }) => [key, scope])),
      );
    } catch (error) {
      throw this.#fault(pluginId, error);
    }
    return { token, pluginId, providers };
  }

  /** @throws EloquenceError `PLUGIN_FAILED` if the service, or one that it needs, could not be made */
  build<T>({ token, providers, pluginId }: LoadedService<T>, session: ServiceScope): BuiltService<T> {
    const scope = new ServiceScope(this.#providersFor(providers, 'session'), session);
    try {
      const service = scope.resolve(token);
      return { service, dispose: () => this.#dispose(scope, pluginId) };
    } catch (error) {
      this.#dispose(scope, pluginId);
      throw error;
    }
  }

  dispose(): void {
    this.#removal.dispose();
    for (const scope of [...this.#shared.values()].reverse()) scope.dispose();
    this.#shared.clear();
  }

  async #collect(token: Token<unknown>, found: Map<symbol, OwnedProvider>): Promise<string> {
    const { services } = this.#host.contributions;
    const provider = await services.get(token.id);
    const pluginId = services.owner(token.id) ?? '';
    found.set(token.key, { provider, pluginId });
    for (const needed of Object.values(provider.deps)) {
      const isThere = found.has(needed.key) || offered.some(({ key }) => key === needed.key);
      // One that no plugin provides is refused by the check of the whole.
      if (!isThere && services.owner(needed.id) !== undefined) await this.#collect(needed, found);
    }
    return pluginId;
  }

  /** The providers of one scope; services of the root appear in a session's as what they are already. */
  #providersFor(all: LoadedService<unknown>['providers'], scope: 'root' | 'session'): ServiceProvider[] {
    return [...all.values()].map(({ provider, pluginId }) =>
      provider.scope === scope
        ? this.#guarded(provider, pluginId)
        : provide(provider.token, { create: () => this.#sharedOf(provider.token, all), isOwned: false }),
    );
  }

  #sharedOf(token: Token<unknown>, all: LoadedService<unknown>['providers']): unknown {
    let scope = this.#shared.get(token.key);
    if (scope === undefined) {
      const owned = all.get(token.key)!;
      const needed = Object.values(owned.provider.deps).flatMap((dep) => {
        if (!all.has(dep.key)) return [];
        return [provide(dep, { create: () => this.#sharedOf(dep, all), isOwned: false })];
      });
      scope = new ServiceScope([this.#guarded(owned.provider, owned.pluginId), ...needed], this.#root);
      this.#shared.set(token.key, scope);
    }
    return scope.resolve(token);
  }

  #guarded(provider: ServiceProvider, pluginId: string): ServiceProvider {
    const guard = this.#host.guard(pluginId, 'create');
    return {
      ...provider,
      create: (deps) => {
        const service = guard.run(() => provider.create(deps), undefined);
        if (service !== undefined) return service;
        const message = `Plugin '${pluginId}' could not make its service '${provider.token.id}'.`;
        throw new EloquenceError('PLUGIN_FAILED', message, { value: provider.token.id });
      },
    };
  }

  #fault(pluginId: string, error: unknown): unknown {
    this.#host.guard(pluginId, 'provide').run(() => {
      throw error;
    }, undefined);
    return error;
  }

  #release(id: string): void {
    const key = Symbol.for(`eloquence.${id}`);
    const scope = this.#shared.get(key);
    this.#shared.delete(key);
    scope?.dispose();
  }

  #dispose(scope: ServiceScope, pluginId: string): void {
    this.#host.guard(pluginId, 'dispose').release(() => scope.dispose());
  }
}
