import type { PluginLogEntry } from '@eloquence/core';
import { PcmCodec } from '@eloquence/compression';
import { createSystemClock } from '@eloquence/plugin-api';
import { createCallbackSink, createSpeechReceiver } from '@eloquence/playout';
import { SimulatedRoom, simulatedTarget, simulatedTransportPlugin } from '@eloquence/simulated-transport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdaptiveAudioStreamer } from './adaptive-audio-streamer.js';
import { inlinePlugin } from './testing/plugin-harness.js';
import { tone } from './testing/test-room.js';

/** Logs as it is activated and for each utterance that it hears of. */
const talkative = inlinePlugin('talkative', { monitors: [{ id: 'talkative' }] }, ({ log, monitors }) => {
  log.warn('here I am');
  monitors.register('talkative', {
    create: () => ({
      onEvent(event) {
        if (event.kind === 'utteranceEnd') log.info(`heard ${event.metrics.outcome}`);
      },
      dispose: () => undefined,
    }),
  });
});

let end: () => Promise<void>;
let streamer: AdaptiveAudioStreamer;
let entries: PluginLogEntry[];

beforeEach(async () => {
  const clock = createSystemClock();
  const room = new SimulatedRoom({ clock });
  const receiver = createSpeechReceiver({
    channel: room.join('ear'),
    clock,
    decoders: new Map([['pcm', new PcmCodec()]]),
    createSink: () => createCallbackSink(() => undefined),
  });
  streamer = new AdaptiveAudioStreamer(simulatedTarget(room.join('voice')), {
    plugins: [simulatedTransportPlugin, talkative],
    lane: 'data',
    preloadVoice: false,
    clock,
  });
  entries = [];
  streamer.onDidLog((entry) => entries.push(entry));
  end = async () => {
    await streamer.dispose();
    receiver.dispose();
    room.dispose();
  };
  await streamer.initialize();
});
afterEach(() => end());

describe('what plugins do reaches the application', () => {
  it('what they log, while it happens', async () => {
    await streamer.say(tone(100)).done;
    await expect
      .poll(() => entries)
      .toEqual([
        { pluginId: 'talkative', level: 'warn', message: 'here I am' },
        { pluginId: 'talkative', level: 'info', message: 'heard complete' },
      ]);
  });

  it('what their policies and forecasters decide, as the inspector shows it', async () => {
    await streamer.say(tone(100)).done;
    await streamer.say(tone(100)).done;
    await streamer.say(tone(100), { profile: 'BALANCED_OPTIMAL' }).done;
    const { decisions } = streamer.inspectPlugins().find(({ id }) => id === '@eloquence/profiles')!;
    const own = streamer.decisions().filter(({ input }) => input.request.pinnedProfileId === undefined);
    const last = own.at(-1)!;
    expect(decisions).toMatchObject([
      {
        point: 'policies',
        id: 'adaptive',
        count: own.length,
        last: {
          rule: last.output.groups[0]!.rule,
          reason: last.output.groups[0]!.reason,
          profileId: last.output.groups[0]!.profileId,
        },
      },
      { point: 'forecasters', id: 'holt', last: { rule: 'forecast' } },
    ]);
    expect(streamer.decisions().length).toBeGreaterThan(own.length);
  });
});
