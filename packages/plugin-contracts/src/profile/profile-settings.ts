import type { BuiltinProfileId, StreamSettings } from '@eloquence/plugin-api';

const common = { batcherId: 'deadline', maxBufferAheadMs: 15_000 } as const;

/** Settings of the built-in profiles, which a test of that package holds against it. */
const settingsOf: Readonly<
  Record<Extract<BuiltinProfileId, 'BALANCED_OPTIMAL' | 'EMERGENCY_FALLBACK'>, StreamSettings>
> = {
  BALANCED_OPTIMAL: {
    ...common,
    codec: { codecId: 'opus', bitrateBps: 24_000, frameMs: 20, complexity: 9 },
    batch: { firstMs: 80, maxMs: 340 },
    playout: { initialBufferMs: 80, rebufferMs: 180 },
    window: { cwndGain: 1.25, initialPackets: 16 },
    redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [30] },
    reportIntervalMs: 200,
  },
  EMERGENCY_FALLBACK: {
    ...common,
    codec: { codecId: 'opus', bitrateBps: 12_000, frameMs: 20, complexity: 10 },
    batch: { firstMs: 80, maxMs: 300 },
    playout: { initialBufferMs: 80, rebufferMs: 300 },
    window: { cwndGain: 1, initialPackets: 16 },
    redundancy: { redundantFirstPackets: 6, redundancyDelaysMs: [30, 60] },
    reportIntervalMs: 150,
  },
};

/** Stream settings for a test: those that a built-in profile has in production, with `changes` of the test's own. */
export function profileSettings(
  id: keyof typeof settingsOf = 'BALANCED_OPTIMAL',
  changes: Partial<StreamSettings> = {},
): StreamSettings {
  return { ...settingsOf[id], ...changes };
}
