import type { PluginDescriptor, Profile } from '@eloquence/plugin-api';
import { builtinProfiles, defineProfile } from '@eloquence/profiles';
import { demoPlugin } from './demo-plugin.js';

export const CHOICES_PLUGIN = '@eloquence/demo-choices';
export const PROFILE_IDS: readonly string[] = Object.keys(builtinProfiles);
export const CODEC_IDS: readonly string[] = ['opus', 'pcm'];
export const BATCHER_IDS: readonly string[] = ['deadline', 'fixed'];

/** PCM of 24 kHz, 16 bit, mono: one frame of this length fits a packet. */
const PCM_FRAME_MS = 20;
const PCM_BITRATE_BPS = 384_000;

/** What a person chose; `auto` leaves it to the profiles. */
export interface StreamChoices {
  codec: string;
  batcher: string;
}

/**
 * A plugin that provides the four profiles with another codec or batcher in them. It reads the choices when it is
 * activated: to change them while speech goes on, it is taken out and put back, as any plugin may be.
 */
export function choicesPlugin(choices: Readonly<StreamChoices>): PluginDescriptor {
  return demoPlugin(
    CHOICES_PLUGIN,
    { profiles: PROFILE_IDS.map((id) => ({ id })) },
    ({ profiles, subscriptions }) => {
      for (const [id, profile] of Object.entries(builtinProfiles))
        subscriptions.add(profiles.register(id, withChoices(profile, choices)));
    },
  );
}

export function withChoices(profile: Profile, { codec, batcher }: Readonly<StreamChoices>): Profile {
  const { settings } = profile;
  const isOther = codec !== 'auto' && codec !== settings.codec.codecId;
  const other =
    codec === 'pcm'
      ? { ...settings.codec, codecId: codec, frameMs: PCM_FRAME_MS, bitrateBps: PCM_BITRATE_BPS }
      : { ...settings.codec, codecId: codec };
  return defineProfile({
    ...profile,
    settings: {
      ...settings,
      codec: isOther ? other : settings.codec,
      batcherId: batcher === 'auto' ? settings.batcherId : batcher,
    },
  });
}
