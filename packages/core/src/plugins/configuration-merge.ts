/** Settings of one plugin, or a part of them. */
export type Settings = Readonly<Record<string, unknown>>;

/** Lays `upper` over `lower`: objects are merged key by key, everything else is replaced. Neither is changed. */
export function mergeSettings(lower: Settings, upper: Settings): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const layer of [lower, upper]) {
    for (const [key, value] of Object.entries(layer)) {
      if (key === '__proto__' || value === undefined) continue;
      const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
      merged[key] = isSettings(value) ? mergeSettings(isSettings(below) ? below : {}, value) : copyOf(value);
    }
  }
  return merged;
}

export function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function copyOf(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map((item) => (isSettings(item) ? mergeSettings({}, item) : copyOf(item)))
    : value;
}
