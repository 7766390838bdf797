import type { Token, TokenScope } from './token.js';

/** Services by the names under which a factory is given them, for example `{ clock: Clock }`. */
export type ServiceDependencies = Readonly<Record<string, Token<unknown>>>;

/** What a factory is given: under each name the service whose token stood there. */
export type ResolvedDependencies<D extends ServiceDependencies> = {
  readonly [Name in keyof D]: D[Name] extends Token<infer Service> ? Service : never;
};

/** How a service is made. */
export interface ServiceDefinition<T, D extends ServiceDependencies> {
  /**
   * How long what was made lives: `root` makes one for the whole process, `session` one for each session. The token's
   * own scope if absent. A service of the token's scope `session` may be made once for all sessions, not the other way
   * round.
   */
  readonly scope?: TokenScope | undefined;
  /** Services that are made before this one. A `root` service may need `root` services only. */
  readonly deps?: D | undefined;
  /** Called once in each scope, at its start. */
  readonly create: (deps: ResolvedDependencies<D>) => T;
  /**
   * Whether what was made belongs to the scope: then, if it has a function `dispose()`, that is called when the scope
   * ends. Default true; say false of what exists already and has another owner.
   */
  readonly isOwned?: boolean | undefined;
}

/** The way to one service: made by {@link provide}, used by the kernel. */
export interface ServiceProvider<T = unknown> {
  readonly token: Token<T>;
  readonly scope: TokenScope;
  readonly deps: ServiceDependencies;
  /** @param deps by the names in {@link ServiceProvider.deps} */
  readonly create: (deps: Readonly<Record<string, unknown>>) => T;
  readonly isOwned: boolean;
}

/**
 * Says how a service is made.
 *
 * ```ts
 * provide(Lexicon, { deps: { clock: Clock }, create: ({ clock }) => new DefaultLexicon(clock) });
 * ```
 */
export function provide<T, const D extends ServiceDependencies = Record<never, never>>(
  token: Token<T>,
  { scope = token.scope, deps, create, isOwned = true }: ServiceDefinition<T, D>,
): ServiceProvider<T> {
  return Object.freeze({
    token,
    scope,
    deps: Object.freeze({ ...deps }),
    create: create as ServiceProvider<T>['create'],
    isOwned,
  });
}
