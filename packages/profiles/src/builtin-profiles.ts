import type { BuiltinProfileId, Profile } from '@eloquence/plugin-api';
import { deepFreeze } from '@eloquence/base';

/** Freezes a profile, all the way down: it is shared by every session that uses it. */
export function defineProfile(profile: Profile): Profile {
  return deepFreeze(profile);
}

export const ultraPerformance = defineProfile({
  id: 'ULTRA_PERFORMANCE',
  label: 'Ultra performance',
  purpose:
    'The earliest sound and the best quality, on a good link: loss below 1 %, little jitter, ample rate.',
  settings: {
    codec: { codecId: 'opus', bitrateBps: 32_000, frameMs: 20, complexity: 5 },
    batcherId: 'deadline',
    batch: { firstMs: 40, maxMs: 240 },
    playout: { initialBufferMs: 40, rebufferMs: 120 },
    maxBufferAheadMs: 10_000,
    window: { cwndGain: 1, initialPackets: 16 },
    redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [30] },
    reportIntervalMs: 200,
  },
});

export const balancedOptimal = defineProfile({
  id: 'BALANCED_OPTIMAL',
  label: 'Balanced',
  purpose: 'The profile to begin with: loss below 5 % and at least twice the rate that the audio needs.',
  settings: {
    codec: { codecId: 'opus', bitrateBps: 24_000, frameMs: 20, complexity: 9 },
    batcherId: 'deadline',
    batch: { firstMs: 80, maxMs: 340 },
    playout: { initialBufferMs: 80, rebufferMs: 180 },
    maxBufferAheadMs: 15_000,
    window: { cwndGain: 1.25, initialPackets: 16 },
    redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [30] },
    reportIntervalMs: 200,
  },
});

export const highThroughput = defineProfile({
  id: 'HIGH_THROUGHPUT',
  label: 'High throughput',
  purpose:
    'Long texts far ahead of playout, with the fewest bytes beside the audio, on a link with little loss.',
  settings: {
    codec: { codecId: 'opus', bitrateBps: 24_000, frameMs: 60, complexity: 9 },
    batcherId: 'deadline',
    batch: { firstMs: 120, maxMs: 360 },
    playout: { initialBufferMs: 180, rebufferMs: 240 },
    maxBufferAheadMs: 120_000,
    window: { cwndGain: 2, initialPackets: 16 },
    redundancy: { redundantFirstPackets: 0, redundancyDelaysMs: [] },
    reportIntervalMs: 300,
  },
});

export const emergencyFallback = defineProfile({
  id: 'EMERGENCY_FALLBACK',
  label: 'Emergency',
  purpose:
    'Speech that gets through at all: 8 % loss or more, a rate near that of the audio, or a link gone silent.',
  settings: {
    codec: { codecId: 'opus', bitrateBps: 12_000, frameMs: 20, complexity: 10 },
    batcherId: 'deadline',
    batch: { firstMs: 80, maxMs: 300 },
    playout: { initialBufferMs: 80, rebufferMs: 300 },
    maxBufferAheadMs: 15_000,
    window: { cwndGain: 1, initialPackets: 16 },
    redundancy: { redundantFirstPackets: 6, redundancyDelaysMs: [30, 60] },
    reportIntervalMs: 150,
  },
});

/** The profiles that every installation has, by id. */
export const builtinProfiles: Readonly<Record<BuiltinProfileId, Profile>> = Object.freeze({
  ULTRA_PERFORMANCE: ultraPerformance,
  BALANCED_OPTIMAL: balancedOptimal,
  HIGH_THROUGHPUT: highThroughput,
  EMERGENCY_FALLBACK: emergencyFallback,
});

/** The one to begin with, while nothing is known of the link. */
export const defaultProfileId: BuiltinProfileId = 'BALANCED_OPTIMAL';
