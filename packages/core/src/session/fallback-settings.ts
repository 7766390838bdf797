import type { Profile } from '@eloquence/plugin-api';
import type { PluginHost } from '../plugins/plugin-host.js';
import { fallbackCodecId } from './pcm-fallback.js';

/**
 * The profile to speak with while the plugin of the one asked for is out of order, or while there is none at all:
 * cautious settings, with whatever codec and batcher can be had. Without any codec, PCM.
 */
export function createFallbackProfile(id: string, { contributions }: PluginHost): Profile {
  const codecIds = contributions.codecs.ids();
  const codecId = codecIds.find((codec) => codec !== fallbackCodecId) ?? fallbackCodecId;
  return {
    id,
    label: 'Built-in fallback',
    purpose: `Stands in for '${id}' while the plugin that contributes it cannot be used.`,
    settings: {
      codec: { codecId, bitrateBps: 24_000, frameMs: 20, complexity: 5 },
      batcherId: contributions.batchers.ids()[0] ?? '',
      batch: { firstMs: 60, maxMs: 200 },
      playout: { initialBufferMs: 120, rebufferMs: 200 },
      maxBufferAheadMs: 15_000,
      window: { cwndGain: 1.25, initialPackets: 10 },
      redundancy: { redundantFirstPackets: 1, redundancyDelaysMs: [45] },
      reportIntervalMs: 200,
    },
  };
}
