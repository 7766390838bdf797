import type { StreamSettings } from '@eloquence/plugin-api';
import type { StreamDemand } from './receiver-link.js';

/** What a stream on these settings asks of a link. */
export function demandOf(settings: StreamSettings, owedMs: number): StreamDemand {
  const requiredBytesPerSecond = settings.codec.bitrateBps / 8;
  return {
    requiredBytesPerSecond,
    batchBytes: (requiredBytesPerSecond * settings.batch.maxMs) / 1000,
    owedMs,
  };
}
