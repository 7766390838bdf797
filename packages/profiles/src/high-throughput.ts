import { defineProfile } from './define-profile.js';

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
