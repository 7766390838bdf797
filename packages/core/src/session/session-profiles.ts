import type { Profile } from '@eloquence/plugin-api';
import type { PluginHost } from '../plugins/plugin-host.js';
import { createFallbackProfile } from './fallback-settings.js';
import { isOutOfOrder } from './load-guarded.js';

/** Profiles that a session remembers. */
const maxKnownProfiles = 32;

/** The profiles that a session speaks with, loaded when they are asked for. */
export class SessionProfiles {
  readonly #host: PluginHost;
  /** Settings of the profiles that loaded, in case their plugin fails later. */
  readonly #known = new Map<string, Profile>();

  constructor(host: PluginHost) {
    this.#host = host;
  }

  /** What can be spoken with where no plugin contributes a profile. */
  fallback(id: string): Profile {
    return createFallbackProfile(id, this.#host);
  }

  /**
   * The profile; if its plugin is out of order, the settings that it had, or else built-in ones.
   *
   * @throws EloquenceError `PROFILE_UNKNOWN`
   */
  async get(id: string): Promise<Profile> {
    try {
      const profile = await this.#host.contributions.profiles.get(id);
      if (this.#known.get(id) !== profile && this.#known.size < maxKnownProfiles)
        this.#known.set(id, profile);
      return profile;
    } catch (error) {
      if (!isOutOfOrder(error)) throw error;
      return this.#known.get(id) ?? createFallbackProfile(id, this.#host);
    }
  }
}
