import type {
  CodecFactory,
  Lane,
  PcmChunk,
  PluginDescriptor,
  Transport,
  TransportFactory,
  TtsEngine,
  TtsEngineFactory,
} from '@eloquence/plugin-api';
import { byteCodec, countingBatcher, inlinePlugin } from './plugin-harness.js';

/** A plugin that does something wrong, and the words by which a diagnosis must name that. */
export interface HostilePlugin {
  readonly plugin: PluginDescriptor;
  /** Codec that it contributes, if any. */
  readonly codecId?: string;
  readonly batcherId?: string;
  readonly symptom: RegExp;
}

function hostileCodec(
  name: string,
  codec: CodecFactory,
  symptom: RegExp,
  deactivate?: () => Promise<void>,
): HostilePlugin {
  return {
    plugin: inlinePlugin(
      name,
      { codecs: [{ id: name }] },
      ({ codecs }) => void codecs.register(name, codec),
      deactivate === undefined ? {} : { deactivate },
    ),
    codecId: name,
    symptom,
  };
}

/** A codec whose frames are what `encode` makes of them. */
function codecOf(encode: (pcm: Int16Array) => Uint8Array): CodecFactory {
  const good = byteCodec();
  return { ...good, createEncoder: (settings) => ({ ...good.createEncoder(settings), encode }) };
}

function toBytes(pcm: Int16Array): Uint8Array {
  return Uint8Array.from(pcm, (sample) => sample >> 8);
}

function blockFor(durationMs: number): void {
  for (const endMs = performance.now() + durationMs; performance.now() < endMs;);
}

/** One of each kind of mischief. */
export function hostilePlugins(): HostilePlugin[] {
  const shared = new Uint8Array(480);
  let calls = 0;
  return [
    {
      plugin: {
        ...inlinePlugin('throws-at-load', { codecs: [{ id: 'throws-at-load' }] }, () => undefined),
        load: () => Promise.reject(new Error('cannot be imported')),
      },
      codecId: 'throws-at-load',
      symptom: /cannot be imported/,
    },
    {
      plugin: inlinePlugin('throws-half-way', { codecs: [{ id: 'throws-half-way' }] }, ({ codecs }) => {
        codecs.register('throws-half-way', byteCodec());
        throw new Error('half-way');
      }),
      codecId: 'throws-half-way',
      symptom: /half-way/,
    },
    {
      plugin: inlinePlugin('hangs', { codecs: [{ id: 'hangs' }] }, () => new Promise<void>(() => undefined)),
      codecId: 'hangs',
      symptom: /activate\(\) was not done/,
    },
    {
      plugin: inlinePlugin('undeclared', { codecs: [{ id: 'undeclared' }] }, ({ codecs }) => {
        codecs.register('undeclared', byteCodec());
        codecs.register('pcm', byteCodec());
      }),
      codecId: 'undeclared',
      symptom: /does not announce/,
    },
    hostileCodec(
      'slow',
      codecOf((pcm) => {
        blockFor(20);
        return toBytes(pcm);
      }),
      /more than 10 ms/,
    ),
    hostileCodec(
      'wrong-sizes',
      codecOf(() => new Uint8Array(calls++ % 2 === 0 ? 0 : 5000)),
      /payload/,
    ),
    hostileCodec(
      'mutates',
      codecOf((pcm) => {
        const payload = toBytes(pcm);
        pcm.fill(0x7f00);
        return payload;
      }),
      /changes the samples/,
    ),
    hostileCodec(
      'shares',
      codecOf((pcm) => {
        shared.set(toBytes(pcm));
        return shared;
      }),
      /overwrites payloads/,
    ),
    hostileCodec(
      'never-ends',
      byteCodec(),
      /deactivate\(\) was not done/,
      () => new Promise(() => undefined),
    ),
    {
      plugin: inlinePlugin('bad-batcher', { batchers: [{ id: 'bad-batcher' }] }, ({ batchers }) => {
        const { create } = countingBatcher(2);
        batchers.register('bad-batcher', {
          create: () => ({
            ...create(),
            decide: () => undefined as unknown as { flush: boolean; reason: string },
          }),
        });
      }),
      batcherId: 'bad-batcher',
      symptom: /no decision|not valid/,
    },
    {
      plugin: inlinePlugin('bad-monitor', { monitors: [{ id: 'bad-monitor' }] }, ({ monitors }) => {
        monitors.register('bad-monitor', {
          create: () => ({
            onEvent: () => blockFor(20),
            dispose: () => undefined,
          }),
        });
      }),
      symptom: /'onEvent' of plugin 'bad-monitor' took/,
    },
    {
      plugin: inlinePlugin('ring-a', {}, () => undefined, { manifest: { pluginDependencies: ['ring-b'] } }),
      symptom: /ring-a → ring-b → ring-a/,
    },
    {
      plugin: inlinePlugin('ring-b', {}, () => undefined, { manifest: { pluginDependencies: ['ring-a'] } }),
      symptom: /ring-b → ring-a → ring-b/,
    },
    {
      plugin: inlinePlugin('from-the-future', { codecs: [{ id: 'from-the-future' }] }, () => undefined, {
        manifest: { engines: { eloquence: '^7.0.0' } },
      }),
      codecId: 'from-the-future',
      symptom: /needs the plugin API \^7\.0\.0/,
    },
  ];
}

/** A voice or a transport that does something wrong, and the error by which that must be told. */
export interface HostileFactory {
  readonly plugin: PluginDescriptor;
  /** Of the voice or the transport. */
  readonly id: string;
  readonly code: 'PLUGIN_FAILED' | 'PLUGIN_TIMEOUT';
  readonly symptom: RegExp;
}

const never = <T>(): Promise<T> => new Promise(() => undefined);
const fail = (what: string): never => {
  throw new Error(what);
};

/** Voices that fail at each place at which the kernel calls them. */
export function hostileVoices(): HostileFactory[] {
  const engine: TtsEngine = {
    sampleRateHz: 24_000,
    listVoices: async () => [],
    async *synthesize(): AsyncGenerator<PcmChunk> {},
    dispose: () => undefined,
  };
  const silent = (synthesize: TtsEngine['synthesize']): TtsEngineFactory => ({
    create: () => ({ ...engine, synthesize }),
  });
  const voices: readonly [string, TtsEngineFactory, HostileFactory['code'], RegExp][] = [
    ['voice-hangs-at-create', { create: never }, 'PLUGIN_TIMEOUT', /'create' of plugin .* did not answer/],
    ['voice-throws-at-create', { create: () => fail('no voice') }, 'PLUGIN_FAILED', /no voice/],
    ['voice-is-none', { create: () => ({}) as TtsEngine }, 'PLUGIN_FAILED', /gave no voice/],
    [
      'voice-hangs',
      silent(() => ({ [Symbol.asyncIterator]: () => ({ next: never }) })),
      'PLUGIN_TIMEOUT',
      /'synthesize' of plugin .* did not answer/,
    ],
    ['voice-throws', silent(() => fail('hoarse')), 'PLUGIN_FAILED', /hoarse/],
  ];
  return voices.map(([id, factory, code, symptom]) => ({
    plugin: inlinePlugin(id, { ttsEngines: [{ id }] }, (context) => {
      context.ttsEngines.register(id, factory);
    }),
    id,
    code,
    symptom,
  }));
}

/** Transports that accept everything, and fail at each place at which the kernel calls them. */
export function hostileTransports(): HostileFactory[] {
  const opening = (openLane: Transport['openLane']): TransportFactory['create'] => {
    return () => ({ openLane, dispose: () => fail('not even this') });
  };
  const transports: readonly [string, TransportFactory['create'], HostileFactory['code'], RegExp][] = [
    ['a-throws-at-create', () => fail('no way'), 'PLUGIN_FAILED', /no way/],
    ['a-transport-is-none', () => ({}) as Transport, 'PLUGIN_FAILED', /gave no transport/],
    ['a-lane-hangs', opening(never), 'PLUGIN_TIMEOUT', /'openLane' of plugin .* did not answer/],
    ['a-lane-throws', opening(() => fail('cut off')), 'PLUGIN_FAILED', /cut off/],
    ['a-lane-is-none', opening(async () => ({}) as Lane), 'PLUGIN_FAILED', /gave no lane/],
  ];
  return transports.map(([id, create, code, symptom]) => ({
    plugin: inlinePlugin(id, { transports: [{ id }] }, (context) => {
      context.transports.register(id, { accepts: () => true, create });
    }),
    id,
    code,
    symptom,
  }));
}
