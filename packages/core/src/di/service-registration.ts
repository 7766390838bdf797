import { EloquenceError, type Token } from '@eloquence/plugin-api';
import { type InjectedParameter, type ServiceClass, injectedParametersOf } from './inject.js';

/** Gives a service to a factory. */
export type ResolveService = <T>(token: Token<T>) => T;

export type ServiceRegistration =
  | { readonly kind: 'value'; readonly token: Token<unknown>; readonly value: unknown }
  | {
      readonly kind: 'factory';
      readonly token: Token<unknown>;
      readonly create: (resolve: ResolveService) => unknown;
    }
  | {
      readonly kind: 'class';
      readonly token: Token<unknown>;
      readonly target: ServiceClass<unknown>;
      readonly parameters: ReadonlyMap<number, InjectedParameter>;
    };

/**
 * Reads a class for registration. tsyringe passes `undefined` for a parameter without `@inject`, and builds a
 * root service with a session's dependencies if it is first asked for there: both are refused here instead.
 *
 * @throws EloquenceError `INTERNAL` for either
 */
export function classRegistration(token: Token<unknown>, target: ServiceClass<unknown>): ServiceRegistration {
  const parameters = injectedParametersOf(target);
  for (let index = 0; index < target.length; index++) {
    if (parameters.has(index)) continue;
    throw new EloquenceError(
      'INTERNAL',
      `Parameter ${index} of the constructor of ${target.name} has no @inject.`,
      {
        value: token.id,
        hint: 'Write @injectable() above the class and @inject(Token) before every parameter.',
      },
    );
  }
  for (const { token: needed } of parameters.values()) assertScope(token, needed, target.name);
  return { kind: 'class', token, target, parameters };
}

/** @throws EloquenceError `INTERNAL` if a root service would capture a service of one session */
export function assertScope(owner: Token<unknown>, needed: Token<unknown>, ownerName = owner.id): void {
  if (owner.scope === 'session' || needed.scope === 'root') return;
  throw new EloquenceError(
    'INTERNAL',
    `Root service '${ownerName}' needs '${needed.id}', which lives with one session only.`,
    { value: needed.id, hint: `Give '${owner.id}' the scope 'session', or pass the value to its methods.` },
  );
}
