import { createKernel } from '@eloquence/core';
import {
  type AttachReceiverOptions,
  type LivekitRoom,
  type RoomReceiver,
  attachReceiver,
} from '@eloquence/livekit-adapter';
import type { CodecFactory, PluginDescriptor } from '@eloquence/plugin-api';
import { withDefaultPlugins } from './default-plugins.js';

/** What a listener is told of, and plays to. */
export interface AttachListenerOptions extends Omit<AttachReceiverOptions, 'decoders'> {
  /** Plugins beside the default ones, for their codecs. */
  readonly plugins?: readonly PluginDescriptor[];
}

/** A listening side that owns the plugins of its codecs. */
export interface Listener extends Omit<RoomReceiver, 'dispose'> {
  dispose(): Promise<void>;
}

/**
 * Listens to speech in a connected rtc-node room, on both lanes, with every codec that the plugins contribute.
 *
 * @throws EloquenceError `OPTION_INVALID` without a sink
 */
export async function attachListener(room: LivekitRoom, options: AttachListenerOptions): Promise<Listener> {
  const { plugins, ...rest } = options;
  const { clock } = rest;
  const kernel = createKernel({
    descriptors: withDefaultPlugins(plugins),
    clock,
  });
  try {
    const receiver = attachReceiver(room, {
      ...rest,
      clock: kernel.clock,
      decoders: await loadCodecs(kernel.host.contributions.codecs),
    });
    const { channel, speech, media } = receiver;
    return {
      channel,
      speech,
      media,
      readInboundAudio: () => receiver.readInboundAudio(),
      async dispose() {
        receiver.dispose();
        await kernel.dispose();
      },
    };
  } catch (error) {
    await kernel.dispose();
    throw error;
  }
}

interface CodecLookup {
  ids(): string[];
  get(id: string): Promise<CodecFactory>;
}

/** Every codec that loads. One that does not is not announced, so that no sender uses it. */
async function loadCodecs(codecs: CodecLookup): Promise<ReadonlyMap<string, CodecFactory>> {
  const loaded = new Map<string, CodecFactory>();
  for (const id of codecs.ids()) {
    const codec = await codecs.get(id).catch(() => undefined);
    if (codec) loaded.set(id, codec);
  }
  return loaded;
}
