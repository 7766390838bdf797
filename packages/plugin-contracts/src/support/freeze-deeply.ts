/** Freezes plain data all the way down, as the host does with what it hands to several plugins. */
export function freezeDeeply<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) freezeDeeply(child);
  }
  return value;
}
