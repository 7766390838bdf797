import { defineProfile } from './define-profile.js';

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
