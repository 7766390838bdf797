import { DisposableStore } from '@eloquence/base';
import {
  type Disposable,
  EloquenceError,
  type ServiceProvider,
  type Token,
  createToken,
  isEloquenceError,
  provide,
} from '@eloquence/plugin-api';
import { checkServices } from './check-services.js';
import { type DependencyContainer, container, instanceCachingFactory } from './tsyringe.js';

/**
 * The services of one scope, and what they were made of. Makes each when it is first needed, and disposes what it
 * made, last-in first-out.
 */
export class ServiceScope implements Disposable {
  readonly #container: DependencyContainer;
  readonly #instances = new DisposableStore();
  /** Instances that have an owner already, in any scope of the family: a service may be another one by a second name. */
  readonly #owned: WeakSet<object>;
  readonly #providers: readonly ServiceProvider[];

  constructor(providers: readonly ServiceProvider[], parent?: ServiceScope) {
    this.#container = (parent === undefined ? container : parent.#container).createChildContainer();
    this.#owned = parent === undefined ? new WeakSet() : parent.#owned;
    this.#providers = providers;
    for (const provider of providers)
      this.#container.register(provider.token.key, {
        // The factory closes over this scope: whoever asks first, the dependencies are this scope's.
        useFactory: instanceCachingFactory(() => this.#create(provider)),
      });
  }

  get isDisposed(): boolean {
    return this.#instances.isDisposed;
  }

  /** Makes all that the scope provides. */
  build(): this {
    for (const { token } of this.#providers) this.resolve(token);
    return this;
  }

  /** @throws EloquenceError `DISPOSED`; `INTERNAL` if the service is unknown or could not be made */
  resolve<T>(token: Token<T>): T {
    if (this.isDisposed)
      throw new EloquenceError('DISPOSED', `Service '${token.id}' was asked for after disposal.`, {
        value: token.id,
      });
    if (!this.#container.isRegistered(token.key, true))
      throw new EloquenceError('INTERNAL', `Service '${token.id}' is not registered in this scope.`, {
        value: token.id,
        hint: token.scope === 'session' ? 'Ask a session for it.' : 'Register it at the start.',
      });
    return this.#container.resolve<T>(token.key);
  }

  dispose(): void {
    this.#instances.dispose();
  }

  #create({ token, deps, create, isOwned }: ServiceProvider): unknown {
    const resolved = Object.fromEntries(
      Object.entries(deps).map(([name, needed]) => [name, this.resolve(needed)]),
    );
    let instance: unknown;
    try {
      instance = create(resolved);
    } catch (error) {
      if (isEloquenceError(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const message = `Service '${token.id}' could not be constructed: ${reason}`;
      throw new EloquenceError('INTERNAL', message, { value: token.id, cause: error });
    }
    if (isObject(instance) && !this.#owned.has(instance)) {
      this.#owned.add(instance);
      if (isOwned && isDisposable(instance)) this.#instances.add(instance);
    }
    return instance;
  }
}

/** The scopes themselves, for what makes further services in a child of one. */
export const RootScope = createToken<ServiceScope>('core.rootScope', 'root');
export const SessionScope = createToken<ServiceScope>('core.sessionScope', 'session');

/**
 * Makes the services of a process and of its sessions from lists of providers, which are checked as a whole before
 * anything is made. A `root` service is made once; a `session` one in every session.
 */
export class ServiceContainer implements Disposable {
  readonly #root: ServiceScope;
  readonly #sessionProviders: readonly ServiceProvider[];
  readonly #sessions = new Set<ServiceScope>();

  /**
   * @param providers of both scopes, in any order
   * @param given session services that {@link createSession} is given
   * @throws EloquenceError `INTERNAL` if the list is not sound
   */
  constructor(providers: readonly ServiceProvider[], given: readonly Token<unknown>[] = []) {
    const known = [RootScope, SessionScope, ...given].map((token) => [token.key, token.scope] as const);
    checkServices(providers, new Map(known));
    this.#sessionProviders = providers.filter(({ scope }) => scope === 'session');
    const root: ServiceScope = new ServiceScope([
      provide(RootScope, { create: () => root, isOwned: false }),
      ...providers.filter(({ scope }) => scope === 'root'),
    ]);
    this.#root = root.build();
  }

  /** Open sessions. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** @throws EloquenceError `DISPOSED`; `INTERNAL` if it is no root service */
  resolve<T>(token: Token<T>): T {
    return this.#root.resolve(token);
  }

  /**
   * Makes all services of a session.
   *
   * @param given providers of what differs from session to session
   * @throws EloquenceError `DISPOSED`; `INTERNAL` if a service could not be made: then nothing is left of the others
   */
  createSession(given: readonly ServiceProvider[] = []): ServiceScope {
    if (this.#root.isDisposed) throw new EloquenceError('DISPOSED', 'The service container is disposed.');
    const scope: ServiceScope = new ServiceScope(
      [provide(SessionScope, { create: () => scope, isOwned: false }), ...given, ...this.#sessionProviders],
      this.#root,
    );
    try {
      scope.build();
    } catch (error) {
      scope.dispose();
      throw error;
    }
    this.#sessions.add(scope);
    return scope;
  }

  /** Ends one session. */
  endSession(scope: ServiceScope): void {
    this.#sessions.delete(scope);
    scope.dispose();
  }

  /** Disposes the sessions that are open, last one first, then the root. Throws one `AggregateError` at the end. */
  dispose(): void {
    if (this.#root.isDisposed) return;
    const errors: unknown[] = [];
    for (const scope of [...[...this.#sessions].reverse(), this.#root]) {
      try {
        scope.dispose();
      } catch (error) {
        errors.push(...(error instanceof AggregateError ? (error.errors as unknown[]) : [error]));
      }
    }
    this.#sessions.clear();
    if (errors.length > 0)
      throw new AggregateError(errors, `${errors.length} of the services threw at disposal`);
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isDisposable(value: object): value is Disposable {
  return typeof (value as { dispose?: unknown }).dispose === 'function';
}
