import { type Disposable, EloquenceError, type Token } from '@eloquence/plugin-api';
import type { ServiceClass } from './inject.js';
import { type ResolveService, type ServiceRegistration, classRegistration } from './service-registration.js';
import { ServiceScope, createScopeFamily } from './service-scope.js';
import { container } from './tsyringe.js';

/** The services of one session: its own, and those of the root. */
export interface SessionServices extends Disposable {
  /** Gives this session a value that exists already. It stays its owner's: it is not disposed here. */
  registerValue<T>(token: Token<T>, value: T): void;
  /** @throws EloquenceError `DISPOSED`; `INTERNAL` if the service is unknown or fails to construct */
  resolve<T>(token: Token<T>): T;
}

/**
 * Constructs services and disposes what it constructed, last-in first-out. A token's scope decides where its
 * service lives: a `root` one once, and only with root dependencies, whoever asks first; a `session` one once in
 * every session, including those that were open before it was registered.
 */
export class ServiceContainer implements Disposable {
  readonly #root = new ServiceScope(container.createChildContainer(), createScopeFamily());
  readonly #sessionRegistrations = new Map<symbol, ServiceRegistration>();
  readonly #sessions = new Set<ServiceScope>();

  /** Open sessions. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Registers a root service that exists already. It stays its owner's: it is not disposed here. */
  registerValue<T>(token: Token<T>, value: T): void {
    if (token.scope === 'session') {
      throw new EloquenceError(
        'INTERNAL',
        `'${token.id}' differs by session: the root cannot hold one value of it.`,
        {
          value: token.id,
          hint: 'Register a factory here, or the value in each session.',
        },
      );
    }
    this.#add({ kind: 'value', token, value });
  }

  /** @throws EloquenceError `INTERNAL` if a parameter lacks `@inject`, or a root class needs a session service */
  registerClass<T>(token: Token<T>, target: ServiceClass<T>): void {
    this.#add(classRegistration(token, target));
  }

  registerFactory<T>(token: Token<T>, create: (resolve: ResolveService) => T): void {
    this.#add({ kind: 'factory', token, create });
  }

  /** @throws EloquenceError `DISPOSED`; `INTERNAL` if the service is unknown or fails to construct */
  resolve<T>(token: Token<T>): T {
    return this.#root.resolve(token);
  }

  createSession(): SessionServices {
    this.#assertLive();
    const scope = this.#root.createChild();
    for (const registration of this.#sessionRegistrations.values()) scope.register(registration);
    this.#sessions.add(scope);
    return {
      registerValue: (token, value) => {
        if (token.scope === 'root') {
          throw new EloquenceError(
            'INTERNAL',
            `'${token.id}' belongs to the root: a session cannot replace it.`,
            {
              value: token.id,
            },
          );
        }
        scope.register({ kind: 'value', token, value });
      },
      resolve: (token) => scope.resolve(token),
      dispose: () => {
        this.#sessions.delete(scope);
        scope.dispose();
      },
    };
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

  #add(registration: ServiceRegistration): void {
    this.#assertLive();
    const { token } = registration;
    if (token.scope === 'root') {
      this.#root.register(registration);
      return;
    }
    if (this.#sessionRegistrations.has(token.key)) {
      throw new EloquenceError('INTERNAL', `Service '${token.id}' is registered already.`, {
        value: token.id,
      });
    }
    this.#sessionRegistrations.set(token.key, registration);
    for (const scope of this.#sessions) if (!scope.has(token)) scope.register(registration);
  }

  #assertLive(): void {
    if (this.#root.isDisposed) throw new EloquenceError('DISPOSED', 'The service container is disposed.');
  }
}
