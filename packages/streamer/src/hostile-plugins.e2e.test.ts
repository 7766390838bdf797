import { type Kernel, type Session, createKernel, diagnoseHost } from '@eloquence/core';
import type { LiveKitServer } from '@eloquence/livekit-server';
import { type PcmChunk, delay } from '@eloquence/plugin-api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Listener, attachListener } from './attach-listener.js';
import { withDefaultPlugins } from './default-plugins.js';
import { type HostilePlugin, hostilePlugins } from './testing/hostile-plugins.js';
import {
  byteCodec,
  countingBatcher,
  inlinePlugin,
  profilesPlugin,
  testProfile,
} from './testing/plugin-stage.js';
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
/** High bytes of the samples in the frames that the listener played. */
let heard: number[];

const nameOf = ({ plugin }: HostilePlugin): string => plugin.manifest.name;
const profileIdOf = (one: HostilePlugin): string => nameOf(one).toUpperCase().replaceAll('-', '_');

beforeEach(async () => {
  hostile = [
    ...hostilePlugins(),
    { plugin: secondCopy.plugin, codecId: 'second-copy', symptom: /from the second copy/ },
  ];
  const codecIds = ['byte', ...hostile.flatMap(({ codecId }) => codecId ?? [])];
  const ear = inlinePlugin('ear', { codecs: codecIds.map((id) => ({ id })) }, ({ codecs }) => {
    for (const id of codecIds) codecs.register(id, byteCodec());
  });
  listener = await attachListener(room.listener, {
    plugins: [ear],
    media: false,
    sink: { write: () => undefined },
  });
  heard = [];
  listener.speech.onDidPlayFrame(({ payload }) => heard.push(...highBytes(payload)));
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

/** A pattern that betrays any lost, repeated or changed sample. */
const patternAt = (at: number): number => 1 + ((at * 7 + (at >> 9)) % 120);

async function* speech(durationMs: number, paceMs: number): AsyncGenerator<PcmChunk> {
  const piece = sampleRateHz / 10;
  for (let at = 0; at < (durationMs * sampleRateHz) / 1000; at += piece) {
    yield { samples: Int16Array.from({ length: piece }, (_, n) => patternAt(at + n) << 8), sampleRateHz };
    if (paceMs > 0) await delay(kernel.clock, paceMs);
  }
}

/** Frames are in the codecs of this test, one byte for each sample, or in PCM, which is the fallback. */
function highBytes(payload: Uint8Array): number[] {
  if (payload.length === 480) return [...payload];
  expect(payload.length).toBe(960);
  return [...payload].filter((_, at) => at % 2 === 1);
}

function expectHeard(durationMs: number, who: string): void {
  const samples = (durationMs * sampleRateHz) / 1000;
  const expected = Array.from({ length: samples }, (_, at) => patternAt(at));
  // The last frame may be filled up with silence.
  expect(heard.slice(0, samples), who).toEqual(expected);
  expect(
    heard.slice(samples).every((byte) => byte === 0),
    who,
  ).toBe(true);
  heard = [];
}

describe('a hostile set of plugins in a real room', () => {
  it('leaves an utterance complete that runs while all of them are loaded and ended', async () => {
    const utterance = session.say(speech(1500, 60));
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
    expectHeard(1500, 'all');
  });

  it('leaves each utterance complete that uses one of them, and names who it was', async () => {
    for (const one of hostile) {
      const finished = nextFinished();
      const metrics = await session.say(speech(300, 0), { profile: profileIdOf(one) }).done;
      expect(metrics, nameOf(one)).toMatchObject({ outcome: 'complete', framesLost: 0 });
      expect(await finished, nameOf(one)).toMatchObject({ outcome: 'complete', framesLost: 0 });
      expectHeard(300, nameOf(one));
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
