import type { LiveKitServer } from '@eloquence/livekit-server';
import { type CodecFactory, type PluginDescriptor, definePlugin } from '@eloquence/plugin-api';
import { PcmCodec } from '@eloquence/compression';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdaptiveAudioStreamer } from './adaptive-audio-streamer.js';
import { attachListener } from './attach-listener.js';
import { type TestRoom, openTestRoom, startTestServer, tone } from './testing/test-room.js';

let server: LiveKitServer;
let room: TestRoom;

beforeAll(async () => {
  server = await startTestServer();
  room = await openTestRoom(server, 'faulty-plugin');
});

afterAll(async () => {
  await room.close();
  await server.stop();
});

/** Encodes like `pcm` for ten frames and then throws on every call. Its profile makes the session use it. */
function brittlePlugin(): PluginDescriptor {
  const pcm = new PcmCodec();
  const brittle: CodecFactory = {
    frameDurationsMs: pcm.frameDurationsMs,
    sampleRatesHz: pcm.sampleRatesHz,
    createDecoder: (settings) => pcm.createDecoder(settings),
    createEncoder(settings) {
      const encoder = pcm.createEncoder(settings);
      let frames = 0;
      return {
        encode(samples) {
          if (++frames > 10) throw new Error('worn out');
          return encoder.encode(samples);
        },
        configure: (changed) => encoder.configure(changed),
        dispose: () => encoder.dispose(),
      };
    },
  };
  return {
    manifest: {
      name: 'brittle-plugin',
      version: '1.0.0',
      engines: { eloquence: '^2.0.0' },
      contributes: { codecs: [{ id: 'brittle' }], profiles: [{ id: 'BRITTLE' }] },
    },
    load: () =>
      Promise.resolve({
        default: definePlugin({
          activate(context) {
            context.codecs.register('brittle', brittle);
            context.profiles.register('BRITTLE', {
              id: 'BRITTLE',
              label: 'Brittle',
              purpose: 'Uses a codec that breaks.',
              settings: {
                codec: { codecId: 'brittle', bitrateBps: 384_000, frameMs: 20, complexity: 0 },
                batcherId: 'deadline',
                batch: { firstMs: 40, maxMs: 240 },
                playout: { initialBufferMs: 80, rebufferMs: 120 },
                maxBufferAheadMs: 10_000,
                window: { cwndGain: 1, initialPackets: 16 },
                redundancy: { redundantFirstPackets: 0, redundancyDelaysMs: [] },
                reportIntervalMs: 200,
              },
            });
          },
        }),
      }),
  };
}

describe('a codec that throws in the middle of an utterance', () => {
  it('is quarantined, the audio goes on to its last frame, and the result says so', async () => {
    const plugins = [brittlePlugin()];
    let heardSamples = 0;
    const listener = await attachListener(room.listener, {
      plugins,
      media: false,
      sink: {
        write: (block) => {
          if (block.kind === 'speech') heardSamples += block.samples.length;
        },
      },
    });
    const ended = new Promise((resolve) => listener.speech.onDidFinishUtterance(resolve));
    const streamer = new AdaptiveAudioStreamer(room.speaker, {
      lane: 'data',
      plugins,
      profile: 'BRITTLE',
      preloadVoice: false,
    });
    await streamer.initialize();
    const metrics = await streamer.say(tone(1500)).done;

    expect(metrics).toMatchObject({ outcome: 'complete', codec: 'pcm', framesLost: 0, framesSent: 76 });
    expect(metrics.faults).toMatchObject([{ pluginId: 'brittle-plugin', faults: 3, state: 'quarantined' }]);
    expect(streamer.plugins().find(({ id }) => id === 'brittle-plugin')?.state).toBe('quarantined');
    expect(await ended).toMatchObject({
      outcome: 'complete',
      framesPlayed: 76,
      framesLost: 0,
      framesDuplicated: 0,
    });
    expect(heardSamples).toBeGreaterThanOrEqual(1500 * 24);

    const next = await streamer.say(tone(200)).done;
    expect(next).toMatchObject({ outcome: 'complete', codec: 'pcm' });
    await streamer.dispose();
    await listener.dispose();
  });
});
