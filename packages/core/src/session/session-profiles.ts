import type { Profile } from '@eloquence/plugin-api';
import type { PluginHost } from '../plugins/plugin-host.js';
import { isOutOfOrder } from './load-guarded.js';
import { fallbackCodecId } from './pcm-fallback.js';

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

/**
 * The profile to speak with while the plugin of the one asked for is out of order: cautious settings, with whatever
 * codec and batcher can be had. Without any codec, PCM.
 */
function createFallbackProfile(id: string, { contributions }: PluginHost): Profile {
  const codecIds = contributions.codecs.ids();
  const codecId = codecIds.find((codec) => codec !== fallbackCodecId) ?? fallbackCodecId;
  return {
    id,
    label: 'Built-in fallback',
    purpose: `Stands in for '${id}' while the plugin that contributes it cannot be used.`,
    settings: {
      codec: { codecId, bitrateBps: 24_000, frameMs: 20, complexity: 5 },
      batcherId: contributions.batchers.ids()[0] ?? '',
      batch: { firstMs: 60, maxMs: 200 },
      playout: { startMs: 120, resumeMs: 200 },
      leadCapMs: 15_000,
      window: { bandwidthDelayProducts: 1.25, initialPackets: 10 },
      redundancy: { copiedPackets: 1, copyDelaysMs: [45] },
      reportIntervalMs: 200,
    },
  };
}
