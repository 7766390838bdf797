/** Conditions of an ES module that Node imports. */
const importConditions = ['node', 'import', 'module-sync', 'default'] as const;

/**
 * The file behind one entry of a package's `exports`, relative to the package; `undefined` if there is none. Only
 * what plugins need: a target, or conditions around it, and no patterns.
 *
 * @see https://nodejs.org/api/packages.html#conditional-exports
 */
export function resolveExport(
  exports: unknown,
  entry: string,
  conditions: readonly string[] = importConditions,
): string | undefined {
  if (typeof exports !== 'object' || exports === null) return undefined;
  return resolveTarget((exports as Record<string, unknown>)[entry], conditions);
}

function resolveTarget(target: unknown, conditions: readonly string[]): string | undefined {
  if (typeof target === 'string') return isInsidePackage(target) ? target : undefined;
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    if (!conditions.includes(condition)) continue;
    const resolved = resolveTarget(inner, conditions);
    if (resolved !== undefined) return resolved;
  }
  return undefined;
}

function isInsidePackage(target: string): boolean {
  return (
    target.startsWith('./') &&
    !target.split(/[/\\]/).some((part, index) => part === '..' || (part === '.' && index > 0))
  );
}
