/** How long a service lives: with the host, or with one session. */
export type TokenScope = 'root' | 'session';

/**
 * Identity of a service, typed by what it stands for. Two copies of this package in one process make equal
 * tokens, because the key is a registered symbol.
 */
export interface Token<T> {
  readonly id: string;
  /** `Symbol.for('eloquence.' + id)`. */
  readonly key: symbol;
  readonly scope: TokenScope;
  /** Never set; it carries `T` for the type checker. */
  readonly _type?: T;
}

/**
 * Makes the token of a service. Give token and interface the same name.
 *
 * @param id `<package>.<service>`, camelCase, unique in the process.
 * @param scope a `root` service may depend on `root` services only.
 */
export function createToken<T>(id: string, scope: TokenScope): Token<T> {
  return Object.freeze({ id, key: Symbol.for(`eloquence.${id}`), scope });
}
