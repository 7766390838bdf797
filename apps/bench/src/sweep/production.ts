import type { BuiltinProfileId, StreamSettings } from '@eloquence/plugin-api';
import { builtinProfiles, tunedForBandwidth } from '@eloquence/profiles';
import { referenceLink } from '@eloquence/testbed';

/** The profile that each link should get, docs/benchmarks/running.md says why. */
const PROFILES: Readonly<Record<string, BuiltinProfileId>> = {
  A: 'ULTRA_PERFORMANCE',
  B: 'BALANCED_OPTIMAL',
  C: 'BALANCED_OPTIMAL',
  D: 'EMERGENCY_FALLBACK',
  E: 'EMERGENCY_FALLBACK',
  F: 'EMERGENCY_FALLBACK',
};

export const SWEPT_LINKS: readonly string[] = Object.keys(PROFILES);

/** What an utterance on this link is spoken with, unless a knob is turned. */
export function productionSettings(link: string): StreamSettings {
  const { settings } = builtinProfiles[PROFILES[link] ?? 'BALANCED_OPTIMAL'];
  // As the rules fit them once it is known what the link carries.
  const capacityBytesPerSecond = (1000 * referenceLink(link).rateKbps) / 8;
  return tunedForBandwidth(settings, capacityBytesPerSecond) ?? settings;
}
