import { type PluginReport, createPluginHost } from '@eloquence/core';
import { type Clock, type CodecFactory, type PcmChunk, toEloquenceError } from '@eloquence/plugin-api';
import { createCallbackSink, createSpeechReceiver } from '@eloquence/playout';
import { SimulatedRoom, simulatedTarget, simulatedTransportPlugin } from '@eloquence/simulated-transport';
import { AdaptiveAudioStreamer, type LoadedConfig } from '@eloquence/streamer';

const sampleRateHz = 24_000;
/** The second utterance is decided on by what the first one showed of the link. */
const utterances = 2;
const speechMs = 250;

export interface TrialResult {
  readonly plugins: readonly PluginReport[];
  /** Why nothing could be said, if so. */
  readonly failure?: string | undefined;
}

/**
 * Says half a second of a tone, in two utterances, into a room in this process, with the application's configuration and without any
 * network, and looks at the plugins after that. The voice is loaded, though not used.
 */
export async function runTrialSession(
  config: LoadedConfig,
  clock: Clock,
  signal: AbortSignal,
): Promise<TrialResult> {
  const room = new SimulatedRoom({ clock });
  const listening = createPluginHost({ ...config.host, clock });
  const { options } = config;
  const streamer = new AdaptiveAudioStreamer(simulatedTarget(room.join('voice')), {
    ...options,
    plugins: [...(options.plugins ?? []), simulatedTransportPlugin],
    lane: 'data',
    clock,
  });
  const receiver = createSpeechReceiver({
    channel: room.join('ear'),
    clock,
    decoders: await loadCodecs(listening.contributions.codecs),
    createSink: () => createCallbackSink(() => undefined),
  });
  let failure: string | undefined;
  try {
    await streamer.initialize(signal);
    for (let count = 0; count < utterances; count++) await streamer.say(tone(), { signal }).done;
  } catch (error) {
    signal.throwIfAborted();
    failure = toEloquenceError(error).message;
  }
  const plugins = streamer.inspectPlugins().filter(({ id }) => id !== simulatedTransportPlugin.manifest.name);
  receiver.dispose();
  // What does not end well is for the doctor to say.
  await Promise.allSettled([streamer.dispose(), listening.dispose()]);
  room.dispose();
  return { plugins, failure };
}

async function loadCodecs(codecs: {
  ids(): string[];
  get(id: string): Promise<CodecFactory>;
}): Promise<ReadonlyMap<string, CodecFactory>> {
  const loaded = new Map<string, CodecFactory>();
  for (const id of codecs.ids()) {
    const codec = await codecs.get(id).catch(() => undefined);
    if (codec !== undefined) loaded.set(id, codec);
  }
  return loaded;
}

async function* tone(): AsyncGenerator<PcmChunk> {
  const count = (speechMs * sampleRateHz) / 1000;
  const samples = Int16Array.from({ length: count }, (_, at) =>
    Math.round(6000 * Math.sin((2 * Math.PI * 220 * at) / sampleRateHz)),
  );
  yield { samples, sampleRateHz };
}
