import type { PluginDescriptor, Profile } from '@eloquence/plugin-api';
import { builtinProfiles, defineProfile } from '@eloquence/profiles';
import { demoPlugin } from './demo-plugin.js';

export const CHOICES_PLUGIN = '@eloquence/demo-choices';
export const PROFILE_IDS: readonly string[] = Object.keys(builtinProfiles);
export const CODEC_IDS: readonly string[] = ['opus', 'pcm'];
export const BATCHER_IDS: readonly string[] = ['deadline', 'fixed'];

/** Of the profile in whose place a choice of codec or batcher is put while the selector would decide. */
const USUAL_PROFILE = 'BALANCED_OPTIMAL';
/** PCM of 24 kHz, 16 bit, mono: one frame of this length fits a packet. */
const PCM_FRAME_MS = 20;
const PCM_BITRATE_BPS = 384_000;

/** What a person chose; `auto` leaves it to the selector and to the profiles. */
export interface StreamChoices {
  profile: string;
  codec: string;
  batcher: string;
}

/** A plugin that provides every profile with every codec and every batcher, each under an id of its own. */
export function choicesPlugin(): PluginDescriptor {
  const all = Object.values(builtinProfiles).flatMap((profile) =>
    CODEC_IDS.flatMap((codec) => BATCHER_IDS.map((batcher) => withChoices(profile, codec, batcher))),
  );
  return demoPlugin(
    CHOICES_PLUGIN,
    { profiles: all.map(({ id }) => ({ id })) },
    ({ profiles, subscriptions }) => {
      for (const profile of all) subscriptions.add(profiles.register(profile.id, profile));
    },
  );
}

/** The profile to speak under. Where codec or batcher are chosen, it is pinned: no other would have them. */
export function profileFor({ profile, codec, batcher }: Readonly<StreamChoices>): string {
  if (codec === 'auto' && batcher === 'auto') return profile;
  const base =
    Object.values(builtinProfiles).find(({ id }) => id === profile) ?? builtinProfiles[USUAL_PROFILE];
  const { settings } = base;
  return idOf(
    base.id,
    codec === 'auto' ? settings.codec.codecId : codec,
    batcher === 'auto' ? settings.batcherId : batcher,
  );
}

function withChoices(profile: Profile, codecId: string, batcherId: string): Profile {
  const { codec } = profile.settings;
  const sizes = codecId === 'pcm' ? { frameMs: PCM_FRAME_MS, bitrateBps: PCM_BITRATE_BPS } : {};
  return defineProfile({
    ...profile,
    id: idOf(profile.id, codecId, batcherId),
    settings: { ...profile.settings, codec: { ...codec, ...sizes, codecId }, batcherId },
  });
}

function idOf(profile: string, codec: string, batcher: string): string {
  return [profile, codec, batcher].join('_').toUpperCase();
}
