import { defineProfile } from './define-profile.js';

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
