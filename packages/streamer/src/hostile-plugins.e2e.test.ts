import { type Kernel, type Session, createKernel, diagnoseHost } from '@eloquence/core';
import type { LiveKitServer } from '@eloquence/livekit-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Listener, attachListener } from './attach-listener.js';
import { withDefaultPlugins } from './default-plugins.js';
import { type HostilePlugin, hostilePlugins } from './testing/hostile-plugins.js';
import { PatternEar, patternSpeech } from './testing/pattern-speech.js';
import {
  byteCodec,
  countingBatcher,
  inlinePlugin,
  profilesPlugin,
  testProfile,
} from './testing/plugin-harness.js';
import { type SecondCopy, createSecondCopy } from './testing/second-contracts.js';
import { type TestRoom, openTestRoom, startTestServer } from './testing/test-room.js';

const sampleRateHz = 24_000;
const limitMs = 200;

const good = inlinePlugin('good', { codecs: [{ id: 'byte' }], batchers: [{ id: 'few' }] }, (context) => {
  context.codecs.register('byte', byteCodec());
  context.batchers.register('few', countingBatcher(2));
});

let server: LiveKitServer;
let room: TestRoom;
let secondCopy: SecondCopy;
let hostile: readonly HostilePlugin[];

beforeAll(async () => {
  server = await startTestServer();
  room = await openTestRoom(server, 'hostile-plugins');
  secondCopy = await createSecondCopy();
});
afterAll(async () => {
  await secondCopy.dispose();
  await room.close();
  await server.stop();
});

let kernel: Kernel;
let session: Session;
let listener: Listener;
let ear: PatternEar;

const nameOf = ({ plugin }: HostilePlugin): string => plugin.manifest.name;
const profileIdOf = (one: HostilePlugin): string => nameOf(one).toUpperCase().replaceAll('-', '_');

beforeEach(async () => {
  hostile = [
    ...hostilePlugins(),
    { plugin: secondCopy.plugin, codecId: 'second-copy', symptom: /from the second copy/ },
  ];
  const codecIds = ['byte', ...hostile.flatMap(({ codecId }) => codecId ?? [])];
  const decoders = inlinePlugin('decoders', { codecs: codecIds.map((id) => ({ id })) }, ({ codecs }) => {
    for (const id of codecIds) codecs.register(id, byteCodec());
  });
  listener = await attachListener(room.listener, {
    plugins: [decoders],
    media: false,
    sink: { write: () => undefined },
  });
  ear = new PatternEar();
  listener.speech.onDidPlayFrame(({ payload }) => ear.hear(payload));
  const profiles = hostile.map((one) =>
    testProfile(profileIdOf(one), one.codecId ?? 'byte', one.batcherId ?? 'few'),
  );
  kernel = createKernel({
    descriptors: withDefaultPlugins([
      good,
      profilesPlugin(testProfile('GOOD', 'byte'), ...profiles),
      ...hostile.map(({ plugin }) => plugin),
    ]),
    activateLimitMs: limitMs,
    deactivateLimitMs: limitMs,
  });
  session = kernel.createSession({
    target: room.speaker,
    lane: 'data',
    profile: 'GOOD',
    scenario: 'conversation',
    ttsEngine: 'none',
    sampleRateHz,
    preloadVoice: false,
    maxQueuedUtterances: 8,
    yieldTurn: () => new Promise((resolve) => setImmediate(resolve)),
  });
  await session.open();
});
afterEach(async () => {
  session.dispose();
  await kernel.dispose().catch(() => undefined);
  await listener.dispose();
});

describe('a hostile set of plugins in a real room', () => {
  it('leaves an utterance complete that runs while all of them are loaded and ended', async () => {
    const utterance = session.say(patternSpeech(kernel.clock, 1500, 60));
    const finished = nextFinished();
    const { codecs, batchers } = kernel.host.contributions;
    const loaded = await Promise.allSettled([
      ...hostile.flatMap(({ codecId }) => (codecId === undefined ? [] : [codecs.get(codecId)])),
      batchers.get('bad-batcher'),
    ]);
    expect(loaded.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(4);
    await Promise.allSettled(hostile.map(({ plugin }) => kernel.host.disable(plugin.manifest.name)));
    expect(utterance.state).not.toBe('ended');
    expect(await utterance.done).toMatchObject({ outcome: 'complete', codec: 'byte', framesLost: 0 });
    expect(await finished).toMatchObject({ outcome: 'complete', framesLost: 0, framesConcealed: 0 });
    expect(ear.takeDifference(1500)).toBeUndefined();
  });

  it('leaves each utterance complete that uses one of them, and names who it was', async () => {
    for (const one of hostile) {
      const finished = nextFinished();
      const metrics = await session.say(patternSpeech(kernel.clock, 300, 0), { profile: profileIdOf(one) })
        .done;
      expect(metrics, nameOf(one)).toMatchObject({ outcome: 'complete', framesLost: 0 });
      expect(await finished, nameOf(one)).toMatchObject({ outcome: 'complete', framesLost: 0 });
      expect(ear.takeDifference(300), nameOf(one)).toBeUndefined();
    }
    const findings = diagnoseHost(kernel.host);
    // What needs a trial to be noticed: buffers that are written to, and an end that never comes.
    const noticed = hostile.filter((one) => !['mutates', 'shares', 'never-ends'].includes(nameOf(one)));
    for (const one of noticed) {
      const own = findings.filter(({ pluginId }) => pluginId === nameOf(one));
      expect(own.map(({ message }) => message).join(' '), nameOf(one)).toMatch(one.symptom);
    }
    expect(kernel.host.plugins().find(({ id }) => id === 'good')?.state).toBe('active');
  });
});

function nextFinished(): Promise<unknown> {
  return new Promise((resolve) => {
    const subscription = listener.speech.onDidFinishUtterance((event) => {
      subscription.dispose();
      resolve(event);
    });
  });
}
