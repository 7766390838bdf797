import { deepFreeze } from '@eloquence/base';
import type { GroupMerge, LaneReport, SessionEvent, UtteranceMetrics } from '@eloquence/plugin-api';

const report: LaneReport = {
  receiver: 'listener',
  atMs: 300,
  utteranceSequence: 1,
  playout: 'playing',
  playheadFrame: 10,
  bufferAheadMs: 800,
  rttMs: 41,
  smoothedRttMs: 40,
  rttVariationMs: 4,
  minRttMs: 36,
  owdVariationMs: 2,
  deliveryRateBytesPerSecond: 90_000,
  lossPercent: 0,
  lateFrames: 0,
  stalls: 0,
  stalledMs: 0,
};

const metrics: UtteranceMetrics = {
  utteranceId: 1,
  outcome: 'complete',
  lane: 'data',
  profile: 'BALANCED_OPTIMAL',
  codec: 'opus',
  batcher: 'deadline',
  audioMs: 4260,
  timeToFirstAudioMs: 35,
  deliveryMs: 90,
  overheadPerChunkMs: 0.02,
  stalls: 0,
  stalledMs: 0,
  concealedMs: 0,
  stabilityPercent: 100,
  framesSent: 213,
  framesPlayed: 213,
  framesLost: 0,
  packetsSent: 15,
  packetsRetransmitted: 0,
  redundantPackets: 2,
  payloadBytes: 12_780,
  sentBytes: 15_200,
  faults: [],
};

const merge: GroupMerge = {
  ...{ receivers: ['phone'], profileId: 'EMERGENCY_FALLBACK', into: 'BALANCED_OPTIMAL' },
  ignored: ['codec', 'batch', 'playout'],
};

const error = { code: 'PLUGIN_FAILED', message: "'encode' failed.", hint: 'Mend the plugin.' } as const;

/** One session from its beginning to its end, with an event of every kind. */
export function sampleEvents(sessionId: number): readonly SessionEvent[] {
  const start = { utteranceId: 1, lane: 'data', profile: 'BALANCED_OPTIMAL' } as const;
  const fault = { pluginId: 'acme-codec', operation: 'encode', error };
  let atMs = 0;
  const at = () => ({ sessionId, atMs: (atMs += 50) });
  const events: SessionEvent[] = [
    { kind: 'voiceFail', ...at(), ttsEngine: 'espeak', error },
    { kind: 'sessionOpen', ...at(), lane: 'data', receiverCount: 1 },
    { kind: 'pluginState', ...at(), pluginId: 'acme-codec', from: 'activating', to: 'active' },
    { kind: 'utteranceStart', ...at(), ...start, codec: 'opus', batcher: 'deadline' },
    { kind: 'utterancePlayout', ...at(), utteranceId: 1, playoutAtMs: 180 },
    { kind: 'report', ...at(), report },
    { kind: 'groupMerge', ...at(), merge },
    { kind: 'fault', ...at(), ...fault, faults: 1 },
    { kind: 'quarantine', ...at(), ...fault, faults: 3 },
    { kind: 'gap', ...at(), droppedEvents: 12 },
    { kind: 'utteranceEnd', ...at(), utteranceId: 1, metrics },
    { kind: 'utteranceStart', ...at(), ...start, utteranceId: 2, codec: 'pcm', batcher: 'deadline' },
    { kind: 'utteranceFail', ...at(), utteranceId: 2, error },
    { kind: 'sessionEnd', ...at(), utterances: 2 },
  ];
  return events.map((event) => deepFreeze(event));
}
