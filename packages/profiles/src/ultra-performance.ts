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
    playout: { startMs: 40, resumeMs: 120 },
    leadCapMs: 10_000,
    window: { bandwidthDelayProducts: 1, initialPackets: 16 },
    redundancy: { copiedPackets: 2, copyDelaysMs: [30] },
    reportIntervalMs: 200,
  },
});
