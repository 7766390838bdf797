import type { Token } from '@eloquence/plugin-api';
import { tsyringeInject, tsyringeInjectable } from './tsyringe.js';

/** A class that the container can construct. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- parameters are checked by their tokens, not by type
export type ServiceClass<T> = new (...parameters: any[]) => T;

export interface InjectOptions {
  /** Pass `undefined` if nobody registered the service, instead of failing. */
  readonly isOptional?: boolean;
}

export interface InjectedParameter {
  readonly token: Token<unknown>;
  readonly isOptional: boolean;
}

const parametersOfClass = new WeakMap<object, Map<number, InjectedParameter>>();

/** Names the service that a constructor parameter receives. Every parameter needs one. */
export function inject<T>(token: Token<T>, options: InjectOptions = {}): ParameterDecorator {
  const isOptional = options.isOptional === true;
  const decorate = tsyringeInject(token.key, { isOptional });
  return (target, propertyKey, parameterIndex) => {
    const parameters = parametersOfClass.get(target) ?? new Map<number, InjectedParameter>();
    parameters.set(parameterIndex, { token, isOptional });
    parametersOfClass.set(target, parameters);
    decorate(target, propertyKey, parameterIndex);
  };
}

/** Marks a class as constructible by the container. Write it once, above the class. */
export function injectable(): ClassDecorator {
  return tsyringeInjectable() as ClassDecorator;
}

/** What the `@inject` decorators of a class said, by parameter position. */
export function injectedParametersOf(target: ServiceClass<unknown>): ReadonlyMap<number, InjectedParameter> {
  return parametersOfClass.get(target) ?? new Map<number, InjectedParameter>();
}
