import { defineProfile } from './define-profile.js';

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
