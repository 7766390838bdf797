import type { LiveKitServer } from '@eloquence/livekit-server';
import { type Clock, type PluginDescriptor, createSystemClock } from '@eloquence/plugin-api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AdaptiveAudioStreamer } from './adaptive-audio-streamer.js';
import { type Listener, attachListener } from './attach-listener.js';
import { PatternEar, patternSpeech } from './testing/pattern-speech.js';
import {
  byteCodec,
  countingBatcher,
  inlinePlugin,
  profilesPlugin,
  testProfile,
} from './testing/plugin-harness.js';
import { type TestRoom, openTestRoom, startTestServer } from './testing/test-room.js';

let server: LiveKitServer;
let room: TestRoom;
beforeAll(async () => {
  server = await startTestServer();
  room = await openTestRoom(server, 'hot-swap');
});
afterAll(async () => {
  await room.close();
  await server.stop();
});

/** A plugin with the codec `byte` and the batcher `few`, and how often its encoder was called. */
function provider(name: string, batchFrames: number): { readonly plugin: PluginDescriptor; encoded: number } {
  const contributes = { codecs: [{ id: 'byte' }], batchers: [{ id: 'few' }] };
  const result = {
    encoded: 0,
    plugin: inlinePlugin(name, contributes, ({ codecs, batchers }) => {
      codecs.register(
        'byte',
        byteCodec(() => result.encoded++),
      );
      batchers.register('few', countingBatcher(batchFrames));
    }),
  };
  return result;
}

let clock: Clock;
let a: ReturnType<typeof provider>;
let b: ReturnType<typeof provider>;
let streamer: AdaptiveAudioStreamer;
let listener: Listener;
let ear: PatternEar;

beforeEach(async () => {
  clock = createSystemClock();
  [a, b] = [provider('a', 1), provider('b', 2)];
  ear = new PatternEar();
  const decoder = inlinePlugin(
    'decoder',
    { codecs: [{ id: 'byte' }] },
    ({ codecs }) => void codecs.register('byte', byteCodec()),
  );
  listener = await attachListener(room.listener, {
    plugins: [decoder],
    media: false,
    sink: { write: () => undefined },
  });
  listener.speech.onDidPlayFrame(({ payload }) => ear.hear(payload));
  streamer = new AdaptiveAudioStreamer(room.speaker, {
    lane: 'data',
    plugins: [profilesPlugin(testProfile('TEST', 'byte')), a.plugin, b.plugin],
    overrides: { codecs: { byte: 'a' }, batchers: { few: 'a' } },
    profile: 'TEST',
    preloadVoice: false,
  });
  await streamer.initialize();
});
afterEach(async () => {
  await streamer.dispose();
  await listener.dispose();
});

describe('plugins that change while a session speaks in a real room', () => {
  it('another codec and batcher between two utterances lose nothing', async () => {
    const [first] = await Promise.all([streamer.say(patternSpeech(clock, 1000, 0)).done, finished()]);
    expect(ear.takeDifference(1000)).toBeUndefined();
    const encodedByA = a.encoded;
    await streamer.choosePlugin('codecs', 'byte', 'b');
    await streamer.choosePlugin('batchers', 'few', 'b');
    const [second] = await Promise.all([streamer.say(patternSpeech(clock, 1000, 0)).done, finished()]);
    expect(ear.takeDifference(1000)).toBeUndefined();
    for (const metrics of [first, second])
      expect(metrics).toMatchObject({ outcome: 'complete', codec: 'byte', framesLost: 0 });
    expect([a.encoded, b.encoded]).toEqual([encodedByA, second.framesSent]);
    expect(first.packetsSent).toBeGreaterThan(1.5 * second.packetsSent);
  });

  it('one disabled in the middle of an utterance is replaced by fallbacks, without a stall', async () => {
    const utterance = streamer.say(patternSpeech(clock, 2000, 20));
    let encodedByA = 0;
    let disabling: Promise<void> | undefined;
    utterance.onDidEncodeFrame(({ index }) => {
      if (index !== 30) return;
      disabling = streamer.disablePlugin('a');
      encodedByA = a.encoded;
    });
    const [metrics] = await Promise.all([utterance.done, finished()]);
    await disabling;
    expect(ear.takeDifference(2000)).toBeUndefined();
    expect(metrics).toMatchObject({
      outcome: 'complete',
      codec: 'pcm',
      framesLost: 0,
      stalls: 0,
      concealedMs: 0,
    });
    expect(encodedByA).toBeGreaterThanOrEqual(30);
    expect(a.encoded).toBe(encodedByA);
  });
});

function finished(): Promise<unknown> {
  return new Promise((resolve) => {
    const subscription = listener.speech.onDidFinishUtterance((event) => {
      subscription.dispose();
      resolve(event);
    });
  });
}
