import { EloquenceError, type ServiceProvider, type Token, type TokenScope } from '@eloquence/plugin-api';

/** Services that somebody else makes, by their token's key: how long each lives. */
export type KnownServices = ReadonlyMap<symbol, TokenScope>;

/**
 * Checks a list of providers as a whole, before any of them is used.
 *
 * @param known services that can be needed without a provider in the list
 * @throws EloquenceError `INTERNAL` for two providers of one service, a root provider of a session's service, a
 * dependency that nobody provides, a root service that needs a session's service, services that need each other
 */
export function checkServices(providers: readonly ServiceProvider[], known: KnownServices = new Map()): void {
  const byKey = new Map<symbol, ServiceProvider>();
  for (const provider of providers) {
    const { token, scope } = provider;
    if (byKey.has(token.key))
      throw serviceError(token, `Service '${token.id}' is registered already.`, 'Provide it once.');
    if (token.scope === 'root' && scope === 'session')
      throw serviceError(token, `'${token.id}' belongs to the root: a session cannot have one of its own.`);
    byKey.set(token.key, provider);
  }
  for (const provider of providers) {
    for (const needed of Object.values(provider.deps)) {
      const scope = byKey.get(needed.key)?.scope ?? known.get(needed.key);
      checkDependency(provider, needed, scope);
    }
  }
  const checked = new Set<symbol>();
  for (const provider of providers) checkCycles(provider, byKey, [], checked);
}

/** The providers of `defaults`, each of which gives way to one of `replacements` for the same service. */
export function replaceServices(
  defaults: readonly ServiceProvider[],
  replacements: readonly ServiceProvider[],
): readonly ServiceProvider[] {
  const replaced = new Set(replacements.map(({ token }) => token.key));
  return [...defaults.filter(({ token }) => !replaced.has(token.key)), ...replacements];
}

function checkDependency(
  { token, scope }: ServiceProvider,
  needed: Token<unknown>,
  neededScope: TokenScope | undefined,
): void {
  if (neededScope === undefined)
    throw serviceError(
      needed,
      `Service '${needed.id}', needed by '${token.id}', is not registered in this scope.`,
      'Register it at the start.',
    );
  if (scope === 'session' || neededScope === 'root') return;
  throw serviceError(
    needed,
    `Root service '${token.id}' needs '${needed.id}', which lives with one session only.`,
    `Give '${token.id}' the scope 'session', or pass the value to its methods.`,
  );
}

function checkCycles(
  provider: ServiceProvider,
  byKey: ReadonlyMap<symbol, ServiceProvider>,
  path: readonly Token<unknown>[],
  checked: Set<symbol>,
): void {
  const { token, deps } = provider;
  const start = path.findIndex(({ key }) => key === token.key);
  if (start >= 0) {
    const cycle = [...path.slice(start), token].map(({ id }) => id).join(' → ');
    throw serviceError(token, `Services need each other: ${cycle}`);
  }
  if (checked.has(token.key)) return;
  for (const needed of Object.values(deps)) {
    const next = byKey.get(needed.key);
    if (next !== undefined) checkCycles(next, byKey, [...path, token], checked);
  }
  checked.add(token.key);
}

function serviceError({ id }: Token<unknown>, message: string, hint?: string): EloquenceError {
  return new EloquenceError('INTERNAL', message, hint === undefined ? { value: id } : { value: id, hint });
}
