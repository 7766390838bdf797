import type { TtsEngineFactory } from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { testPlugin } from '../plugins/testing/test-plugin.js';
import { SessionHarness, chunksOf, toneChunk } from './testing/session-harness.js';

let harness: SessionHarness;
afterEach(async () => {
  await harness.dispose();
  expect(harness.rejections).toEqual([]);
});

/** A voice that says 100 ms of `value` for each sentence, and counts its engines. */
function voice(value: number): TtsEngineFactory & { made: number; disposed: number } {
  const factory = {
    made: 0,
    disposed: 0,
    create: async () => {
      factory.made++;
      return {
        sampleRateHz: 24_000,
        voices: [],
        async *synthesize() {
          yield toneChunk(100, value);
        },
        dispose: () => void factory.disposed++,
      };
    },
  };
  return factory as unknown as TtsEngineFactory & { made: number; disposed: number };
}

describe('a session whose plugins come and go', () => {
  it('asks for its voice anew when the plugin is taken out and put back', async () => {
    const first = voice(1);
    harness = await new SessionHarness({ voice: first }).open();
    const { session, kernel } = harness;
    await harness.settle(session.say('One.').done);
    await kernel.host.disable('voice-plugin');
    await harness.advance(10);
    expect([first.made, first.disposed]).toEqual([1, 1]);
    const refused = harness.settle(session.say('Two.').done);
    await expect(refused).rejects.toMatchObject({ code: 'PLUGIN_FAILED' });
    await kernel.host.enable('voice-plugin');
    expect(await harness.settle(session.say('Three.').done)).toMatchObject({ outcome: 'complete' });
    expect([first.made, first.disposed]).toEqual([2, 1]);
  });

  it('speaks with the voice of another plugin as soon as that one provides it', async () => {
    const [first, second] = [voice(1), voice(2)];
    harness = await new SessionHarness({
      voice: first,
      plugins: [
        testPlugin('x-voice', {
          contributes: { ttsEngines: ['test-voice'] },
          plugin: { activate: ({ ttsEngines }) => void ttsEngines.register('test-voice', second) },
        }),
      ],
      overrides: { ttsEngines: { 'test-voice': 'voice-plugin' } },
    }).open();
    const { session, kernel, lane } = harness;
    await harness.settle(session.say('One.').done);
    await kernel.host.choose('ttsEngines', 'test-voice', 'x-voice');
    await harness.settle(session.say('Two.').done);
    expect(lane.utterances.map(({ frames }) => frames[0]?.payload[0])).toEqual([1, 2]);
    expect([first.disposed, second.made]).toEqual([1, 1]);
  });

  it('opens its lane past transports that throw, at load or when asked', async () => {
    const broken = (
      name: string,
      activate: Parameters<typeof testPlugin>[1],
    ): ReturnType<typeof testPlugin> =>
      testPlugin(name, { contributes: { transports: [name] }, ...activate });
    harness = await new SessionHarness({
      plugins: [
        broken('a-throws', { load: () => Promise.reject(new Error('no import')) }),
        broken('b-throws', {
          plugin: {
            activate: ({ transports }) =>
              void transports.register('b-throws', {
                accepts: () => {
                  throw new Error('no idea');
                },
                create: () => {
                  throw new Error('never called');
                },
              }),
          },
        }),
      ],
    }).open();
    expect(await harness.settle(harness.session.say(chunksOf(toneChunk(100))).done)).toMatchObject({
      outcome: 'complete',
    });
    const states = Object.fromEntries(
      harness.kernel.host.plugins().map(({ id, state, faults }) => [id, [state, faults]]),
    );
    expect(states).toMatchObject({ 'a-throws': ['failed', 0], 'b-throws': ['active', 1] });
  });
});
