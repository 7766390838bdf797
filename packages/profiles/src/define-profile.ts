import { deepFreeze } from '@eloquence/base';
import type { Profile } from '@eloquence/plugin-api';

/** Freezes a profile, all the way down: it is shared by every session that uses it. */
export function defineProfile(profile: Profile): Profile {
  return deepFreeze(profile);
}
