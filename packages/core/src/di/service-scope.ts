import { DisposableStore } from '@eloquence/base';
import { type Disposable, EloquenceError, type Token, isEloquenceError } from '@eloquence/plugin-api';
import { type ResolveService, type ServiceRegistration, assertScope } from './service-registration.js';
import { type DependencyContainer, instanceCachingFactory } from './tsyringe.js';

/** What is shared by all scopes of one container. */
export interface ScopeFamily {
  /** Instances that have an owner already: another scope, or whoever registered them as a value. */
  readonly owned: WeakSet<object>;
  /** Services under construction, outermost first. Resolution is synchronous, so one list does. */
  readonly resolving: Token<unknown>[];
  /** The error below the ones that tsyringe wraps around it. */
  failure: { readonly error: unknown } | undefined;
}

export function createScopeFamily(): ScopeFamily {
  return { owned: new WeakSet(), resolving: [], failure: undefined };
}

/** One container of services and what it constructed: used for the root and for each session. */
export class ServiceScope implements Disposable {
  readonly #container: DependencyContainer;
  readonly #family: ScopeFamily;
  readonly #instances = new DisposableStore();

  constructor(container: DependencyContainer, family: ScopeFamily) {
    this.#container = container;
    this.#family = family;
  }

  get isDisposed(): boolean {
    return this.#instances.isDisposed;
  }

  createChild(): ServiceScope {
    return new ServiceScope(this.#container.createChildContainer(), this.#family);
  }

  has(token: Token<unknown>): boolean {
    return this.#container.isRegistered(token.key, true);
  }

  register(registration: ServiceRegistration): void {
    const { token } = registration;
    if (this.#container.isRegistered(token.key, false)) {
      throw new EloquenceError('INTERNAL', `Service '${token.id}' is registered already.`, {
        value: token.id,
      });
    }
    if (registration.kind === 'value') {
      if (isObject(registration.value)) this.#family.owned.add(registration.value);
      this.#container.register(token.key, { useValue: registration.value });
      return;
    }
    // The factory closes over this scope's container: whoever asks first, the dependencies are this scope's.
    const create = instanceCachingFactory(() => this.#construct(registration));
    this.#container.register(token.key, { useFactory: create });
  }

  /** @throws EloquenceError `DISPOSED`; `INTERNAL` if the service is unknown, needs itself, or fails to construct */
  resolve<T>(token: Token<T>): T {
    if (this.isDisposed) {
      throw new EloquenceError('DISPOSED', `Service '${token.id}' was asked for after disposal.`, {
        value: token.id,
      });
    }
    this.#assertKnown(token);
    const isOutermost = this.#family.resolving.length === 0;
    try {
      return this.#container.resolve<T>(token.key);
    } catch (error) {
      const innermost = this.#family.failure === undefined ? error : this.#family.failure.error;
      if (isOutermost) this.#family.failure = undefined;
      if (isEloquenceError(innermost)) throw innermost;
      throw new EloquenceError(
        'INTERNAL',
        `Service '${token.id}' could not be constructed: ${messageOf(innermost)}`,
        {
          value: token.id,
          cause: innermost,
        },
      );
    }
  }

  dispose(): void {
    this.#instances.dispose();
  }

  #construct(registration: Exclude<ServiceRegistration, { kind: 'value' }>): unknown {
    const { resolving } = this.#family;
    const { token } = registration;
    try {
      if (resolving.some((other) => other.key === token.key)) throw cycleError(resolving, token);
      resolving.push(token);
      try {
        return this.#own(this.#create(registration));
      } finally {
        resolving.pop();
      }
    } catch (error) {
      this.#family.failure ??= { error };
      throw error;
    }
  }

  #create(registration: Exclude<ServiceRegistration, { kind: 'value' }>): unknown {
    if (registration.kind === 'class') {
      for (const { token, isOptional } of registration.parameters.values()) {
        if (!isOptional) this.#assertKnown(token, registration.token);
      }
      return this.#container.resolve(registration.target);
    }
    const resolve: ResolveService = (needed) => {
      assertScope(registration.token, needed);
      return this.resolve(needed);
    };
    return registration.create(resolve);
  }

  #own(instance: unknown): unknown {
    if (!isObject(instance) || this.#family.owned.has(instance)) return instance;
    this.#family.owned.add(instance);
    if (isDisposable(instance)) this.#instances.add(instance);
    return instance;
  }

  #assertKnown(token: Token<unknown>, neededBy?: Token<unknown>): void {
    if (this.has(token)) return;
    const by = neededBy === undefined ? '' : `, needed by '${neededBy.id}',`;
    throw new EloquenceError('INTERNAL', `Service '${token.id}'${by} is not registered in this scope.`, {
      value: token.id,
      hint:
        token.scope === 'session'
          ? 'Session services are resolved from a session.'
          : 'Register it at the start.',
    });
  }
}

function cycleError(resolving: readonly Token<unknown>[], token: Token<unknown>): EloquenceError {
  const path = [...resolving.map((other) => other.id), token.id].join(' → ');
  return new EloquenceError('INTERNAL', `Services need each other: ${path}`, { value: token.id });
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isDisposable(value: object): value is Disposable {
  return typeof (value as { dispose?: unknown }).dispose === 'function';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
