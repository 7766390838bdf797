import { createSeededRandom } from '@eloquence/base';
import { createSystemClock } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { attachReceiver } from './attach-receiver.js';
import { LivekitTransport } from './livekit-transport.js';
import { pcmCodec } from './testing/pcm-codec.js';
import { TestServer } from './testing/test-server.js';
import { speakFrames, speakPcm, testSettings, tone } from './testing/test-speech.js';

const clock = createSystemClock();

describe('a server that dies in the middle', () => {
  it.concurrent.each(['data', 'media'] as const)(
    'ends the utterance on the %s lane with CONNECTION_LOST',
    async (kind) => {
      // One of our own to kill, even where the environment names another.
      const { LIVEKIT_URL: _named, ...env } = process.env;
      const server = await TestServer.start({ env });
      try {
        const [listener, speaker] = await server.connectAll('listener', 'speaker');
        if (listener === undefined || speaker === undefined) throw new Error('two rooms expected');
        const receiver = attachReceiver(listener, {
          decoders: new Map([['pcm', pcmCodec]]),
          clock,
          sink: { write() {} },
        });
        const transport = new LivekitTransport(speaker, { clock, random: createSeededRandom(1), lane: kind });
        const lane = await transport.openLane();
        const sampleRateHz = kind === 'data' ? 8000 : 48_000;
        const utterance = lane.openUtterance({
          settings: testSettings,
          sampleRateHz,
          firstPcmAtMs: clock.nowMs(),
        });
        const pcm = tone(sampleRateHz * 60, sampleRateHz);
        const writing = (
          kind === 'data' ? speakFrames(utterance, pcm) : speakPcm(utterance, pcm, sampleRateHz)
        ).then(
          () => 'written',
          (error: { code: string }) => error.code,
        );
        await new Promise((resolve) => setTimeout(resolve, 700));
        const killedAtMs = clock.nowMs();
        if (server.server.pid === undefined) throw new Error('a server of our own expected');
        process.kill(server.server.pid, 'SIGKILL');
        expect(await utterance.played).toMatchObject({
          outcome: 'failed',
          error: { code: 'CONNECTION_LOST' },
        });
        expect(['CONNECTION_LOST', 'written']).toContain(await writing);
        expect(clock.nowMs() - killedAtMs).toBeLessThan(45_000);
        transport.dispose();
        receiver.dispose();
      } finally {
        await server.stop();
      }
    },
  );
});
