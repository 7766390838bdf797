import type { Profile } from '@eloquence/plugin-api';

/** Freezes a profile, all the way down: it is shared by every session that uses it. */
export function defineProfile(profile: Profile): Profile {
  return freezeDeeply(profile);
}

function freezeDeeply<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) freezeDeeply(child);
  }
  return value;
}
