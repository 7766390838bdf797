import { DeadlineBatcher, FixedBatcher } from '@eloquence/batching';
import { OpusCodec, PcmCodec } from '@eloquence/compression';
import type { Batcher, CodecFactory, Encoder, PluginDescriptor } from '@eloquence/plugin-api';
import type { BreakageName } from '../../protocol.js';
import { demoPlugin } from './demo-plugin.js';

export const BROKEN_CODEC_PLUGIN = '@eloquence/demo-broken-codec';
export const BROKEN_BATCHER_PLUGIN = '@eloquence/demo-broken-batcher';

/** Which plugin does what wrong. */
export const PLUGIN_OF_BREAKAGE: Readonly<Record<BreakageName, string>> = {
  'codec-throws': BROKEN_CODEC_PLUGIN,
  'codec-slow': BROKEN_CODEC_PLUGIN,
  'batcher-throws': BROKEN_BATCHER_PLUGIN,
};

/** Works well for this many calls, so that it breaks in the middle of a sentence. */
const GOOD_CALLS = 25;
/** Twice what the kernel allows a frame's encoding to take, ms. */
const SLOW_MS = 20;

/** A codec plugin that provides the usual codecs, until it throws or dawdles. */
export function brokenCodecPlugin(isOn: (name: BreakageName) => boolean): PluginDescriptor {
  const ids = { opus: () => new OpusCodec(), pcm: () => new PcmCodec() };
  return demoPlugin(
    BROKEN_CODEC_PLUGIN,
    { codecs: Object.keys(ids).map((id) => ({ id })) },
    ({ codecs, subscriptions }) => {
      for (const [id, create] of Object.entries(ids))
        subscriptions.add(codecs.register(id, breakCodec(create(), isOn)));
    },
  );
}

export function brokenBatcherPlugin(isOn: (name: BreakageName) => boolean): PluginDescriptor {
  const ids = { deadline: () => new DeadlineBatcher(), fixed: () => new FixedBatcher() };
  return demoPlugin(
    BROKEN_BATCHER_PLUGIN,
    { batchers: Object.keys(ids).map((id) => ({ id })) },
    ({ batchers, subscriptions }) => {
      for (const [id, create] of Object.entries(ids))
        subscriptions.add(batchers.register(id, { create: () => breakBatcher(create(), isOn) }));
    },
  );
}

function breakCodec(good: CodecFactory, isOn: (name: BreakageName) => boolean): CodecFactory {
  return {
    frameDurationsMs: good.frameDurationsMs,
    sampleRatesHz: good.sampleRatesHz,
    createDecoder: (settings) => good.createDecoder(settings),
    createEncoder: (settings) => breakEncoder(good.createEncoder(settings), isOn),
  };
}

function breakEncoder(good: Encoder, isOn: (name: BreakageName) => boolean): Encoder {
  let calls = 0;
  return {
    encode(pcm) {
      if (++calls > GOOD_CALLS) {
        if (isOn('codec-throws')) throw new Error('The demo asked this codec to fail.');
        if (isOn('codec-slow')) blockFor(SLOW_MS);
      }
      return good.encode(pcm);
    },
    configure: (settings) => good.configure(settings),
    dispose: () => good.dispose(),
  };
}

function breakBatcher(good: Batcher, isOn: (name: BreakageName) => boolean): Batcher {
  let calls = 0;
  return {
    decide(state) {
      if (++calls > GOOD_CALLS && isOn('batcher-throws'))
        throw new Error('The demo asked this batcher to fail.');
      return good.decide(state);
    },
  };
}

/** Keeps the thread busy: what a plugin must not do. */
function blockFor(durationMs: number): void {
  for (const endMs = performance.now() + durationMs; performance.now() < endMs;);
}
