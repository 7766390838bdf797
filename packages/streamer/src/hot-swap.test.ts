import type { UtteranceMetrics } from '@eloquence/core';
import { VirtualClock } from '@eloquence/base';
import type { PluginDescriptor } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import {
  PluginHarness,
  byteCodec,
  countingBatcher,
  inlinePlugin,
  profilesPlugin,
  testProfile,
} from './testing/plugin-harness.js';

/** Calls into each plugin. */
interface Calls {
  encode: number;
  decide: number;
}

function provider(
  name: string,
  batchFrames: number,
): { readonly plugin: PluginDescriptor; readonly calls: Calls } {
  const calls: Calls = { encode: 0, decide: 0 };
  const contributes = { codecs: [{ id: 'byte' }], batchers: [{ id: 'few' }] };
  const plugin = inlinePlugin(name, contributes, ({ codecs, batchers }) => {
    codecs.register(
      'byte',
      byteCodec(() => calls.encode++),
    );
    batchers.register(
      'few',
      countingBatcher(batchFrames, () => calls.decide++),
    );
  });
  return { plugin, calls };
}

let harness: PluginHarness;
let clock: VirtualClock;
afterEach(() => harness.dispose());

async function openHarness(plugins: readonly PluginDescriptor[]): Promise<void> {
  clock = new VirtualClock(1000);
  harness = new PluginHarness({
    clock,
    plugins: [profilesPlugin(testProfile('TEST', 'byte')), ...plugins],
    profile: 'TEST',
    codecIds: ['byte'],
  });
  await settle(harness.session.open());
}

async function settle<T>(promise: Promise<T>, onStep?: (step: number) => void): Promise<T> {
  let isSettled = false;
  const mark = (): void => void (isSettled = true);
  promise.then(mark, mark);
  for (let step = 0; step < 5000 && !isSettled; step++) {
    // Plugins load in real time, everything else in virtual time.
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advanceAsync(10);
    onStep?.(step);
  }
  if (!isSettled) throw new Error('not settled');
  return promise;
}

/** Says 2 s, of which one piece comes every 50 ms, and checks that every sample is heard once, in its place. */
async function speak(onStep?: (step: number) => void): Promise<UtteranceMetrics> {
  const { chunks, bytes } = harness.speech(2000, 50);
  const metrics = await settle(harness.session.say(chunks).done, onStep);
  await clock.advanceAsync(500);
  const heard = harness.takeHeard();
  expect(heard.length).toBe(bytes.length);
  expect(Buffer.compare(Buffer.from(heard), Buffer.from(bytes))).toBe(0);
  expect(metrics).toMatchObject({
    outcome: 'complete',
    stalls: 0,
    concealedMs: 0,
    framesLost: 0,
    audioMs: 2000,
  });
  return metrics;
}

describe('plugins that change while a session speaks', () => {
  it('another codec and batcher between two utterances lose nothing', async () => {
    const [a, b] = [provider('a', 1), provider('b', 2)];
    await openHarness([a.plugin, b.plugin]);
    const { host } = harness.kernel;
    await host.choose('codecs', 'byte', 'a');
    await host.choose('batchers', 'few', 'a');
    const first = await speak();
    const [encodedByA, decidedByA] = [a.calls.encode, a.calls.decide];
    expect([b.calls, harness.stateOf('b')]).toEqual([{ encode: 0, decide: 0 }, 'registered']);
    await host.choose('codecs', 'byte', 'b');
    await host.choose('batchers', 'few', 'b');
    const second = await speak();
    expect([a.calls.encode, a.calls.decide]).toEqual([encodedByA, decidedByA]);
    expect(b.calls.encode).toBeGreaterThanOrEqual(100);
    expect([harness.stateOf('a'), harness.stateOf('b')]).toEqual(['active', 'active']);
    expect([first.codec, second.codec, first.faults, second.faults]).toEqual(['byte', 'byte', [], []]);
    expect(first.packetsSent / second.packetsSent).toBeCloseTo(2, 0);
  });

  it('a plugin disabled in the middle of an utterance is replaced by fallbacks, without a stall', async () => {
    const [a, b] = [provider('a', 1), provider('b', 2)];
    await openHarness([a.plugin, b.plugin]);
    const { host } = harness.kernel;
    let callsAtEnd: Calls | undefined;
    const metrics = await speak((step) => {
      if (step !== 40) return;
      void host.disable('a');
      callsAtEnd = { ...a.calls };
    });
    expect(callsAtEnd!.encode).toBeGreaterThan(20);
    // Not called once after that, and the rest of the utterance went as PCM.
    expect(a.calls).toEqual(callsAtEnd);
    expect(metrics).toMatchObject({ codec: 'pcm', faults: [{ pluginId: 'a', state: 'disabled' }] });
    // What comes next uses the other provider, and after the return of the first that one again.
    expect(await speak()).toMatchObject({ codec: 'byte', faults: [] });
    expect(b.calls.encode).toBeGreaterThanOrEqual(100);
    await host.enable('a');
    await speak();
    expect(a.calls.encode).toBeGreaterThanOrEqual(callsAtEnd!.encode + 100);
    expect(harness.stateOf('a')).toBe('active');
  });

  it('with nobody else to provide the codec, the batcher or the profile, speech goes on', async () => {
    const a = provider('a', 1);
    await openHarness([a.plugin]);
    const { host } = harness.kernel;
    await speak();
    for (const id of ['test-profiles', 'a']) await host.disable(id);
    expect(await speak()).toMatchObject({ codec: 'pcm', profile: 'TEST' });
    for (const id of ['test-profiles', 'a']) await host.enable(id);
    expect(await speak()).toMatchObject({ codec: 'byte', faults: [] });
  });

  it('on and off at any moment, sample after sample arrives', async () => {
    const [a, b] = [provider('a', 1), provider('b', 3)];
    await openHarness([a.plugin, b.plugin]);
    const { host } = harness.kernel;
    for (let round = 0; round < 3; round++) {
      await speak((step) => {
        if (step % 7 === round) void host.disable('a');
        if (step % 7 === round + 3) void host.enable('a');
        if (step % 11 === 5) void host.disable('b');
        if (step % 11 === 9) void host.enable('b');
      });
    }
  });
});
