import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { createOpusDecoderCodec } from '../codec/opus-decoder-codec.js';
import { OpusModule } from '../codec/opus-module.js';
import { createPcmDecoderCodec } from '../codec/pcm-decoder-codec.js';
import type { EngineSettings } from './engine-protocol.js';
import { warmUp } from './warm-up.js';

const settings: EngineSettings = {
  ...{ sampleRateHz: 48_000, aheadMs: 1500, isShared: true, reportsFrames: false },
  ...{ isConnected: false, maxPacketBytes: 1086, latencyMs: 20, isRunning: false, timeOriginMs: 0 },
};

describe('warmUp', () => {
  it('decodes packets of each mode of Opus, and leaves no timer and no decoder behind', async () => {
    const codec = createOpusDecoderCodec(await OpusModule.load());
    let open = 0;
    const decoded: number[] = [];
    const counting = {
      ...codec,
      createDecoder: (options: Parameters<typeof codec.createDecoder>[0]) => {
        const decoder = codec.createDecoder(options);
        open++;
        return {
          decode: (payload: Uint8Array) => {
            const pcm = decoder.decode(payload);
            decoded.push(payload[0]! >> 3);
            return pcm;
          },
          dispose: () => {
            open--;
            decoder.dispose();
          },
        };
      },
    };
    const clock = new VirtualClock();
    warmUp(settings, new Map([['opus', counting]]), clock);
    expect([...new Set(decoded)]).toEqual([9, 15, 31]);
    expect(decoded).toHaveLength(18);
    expect([open, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('does without Opus', () => {
    const clock = new VirtualClock();
    expect(() => warmUp(settings, new Map([['pcm', createPcmDecoderCodec()]]), clock)).not.toThrow();
    expect(clock.pendingTimers).toBe(0);
  });
});
