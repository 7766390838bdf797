import { describe, expect, it } from 'vitest';
import { readInboundAudioStats, sumInboundAudioSince } from './inbound-audio-stats.js';

function inbound(ssrc: number, concealed: number, kind = 'audio') {
  return {
    stats: {
      case: 'inboundRtp',
      value: {
        stream: { ssrc, kind },
        received: { packetsReceived: 100n, packetsLost: 3n, jitter: 0.005 },
        inbound: {
          trackIdentifier: 'not-the-livekit-id',
          totalSamplesReceived: 48_000n + BigInt(concealed),
          concealedSamples: BigInt(concealed),
          concealmentEvents: 2n,
          jitterBufferDelay: 1920,
          jitterBufferEmittedCount: 48_000n,
        },
      },
    },
  };
}

const room = (publisherStats: unknown[], subscriberStats: unknown[] = []) => ({
  getRtcStats: () => Promise.resolve({ publisherStats, subscriberStats } as never),
});

describe('readInboundAudioStats', () => {
  it('finds received audio in either list, each track once', async () => {
    const other = { stats: { case: 'outboundRtp', value: {} } };
    const stats = await readInboundAudioStats(
      room([other, inbound(1, 10), inbound(3, 0, 'video')], [inbound(1, 10), inbound(2, 0)]),
    );
    expect(stats.map(({ ssrc }) => ssrc).sort()).toEqual([1, 2]);
    expect(stats.find(({ ssrc }) => ssrc === 1)).toMatchObject({
      packetsReceived: 100,
      packetsLost: 3,
      jitterMs: 5,
      concealedSamples: 10,
      silentConcealedSamples: 0,
      concealmentEvents: 2,
      jitterBufferMs: 40,
    });
  });

  it('says that the connection is lost when there are no statistics', async () => {
    const closed = { getRtcStats: () => Promise.reject(new Error('getRtcStats requires a connected room')) };
    await expect(readInboundAudioStats(closed)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

describe('sumInboundAudioSince', () => {
  it('counts a new track from its start, and refuses readings in the wrong order', async () => {
    const before = await readInboundAudioStats(room([inbound(1, 10)]));
    const after = await readInboundAudioStats(room([inbound(1, 30), inbound(2, 5)]));
    expect(sumInboundAudioSince(before, after)).toMatchObject({ concealedSamples: 25, packetsReceived: 100 });
    expect(() => sumInboundAudioSince(after, before)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});
