import { PcmCodec } from '@eloquence/compression';
import { type Kernel, type Session, createKernel } from '@eloquence/core';
import { delay } from '@eloquence/base';
import {
  type BatcherFactory,
  type Clock,
  type CodecFactory,
  type PcmChunk,
  type PluginContext,
  type PluginDescriptor,
  type PluginManifest,
  type Profile,
  definePlugin,
} from '@eloquence/plugin-api';
import { type SpeechReceiver, createCallbackSink, createSpeechReceiver } from '@eloquence/playout';
import { SimulatedRoom, simulatedTarget, simulatedTransportPlugin } from '@eloquence/simulated-transport';

const sampleRateHz = 24_000;

/** A plugin made in a test. */
export function inlinePlugin(
  name: string,
  contributes: PluginManifest['contributes'],
  activate: (context: PluginContext) => void | Promise<void>,
  more: { readonly manifest?: object; readonly deactivate?: () => void | Promise<void> } = {},
): PluginDescriptor {
  const { deactivate } = more;
  return {
    manifest: {
      name,
      version: '1.0.0',
      engines: { eloquence: '^2.0.0' },
      contributes,
      ...more.manifest,
    },
    load: async () => ({ default: definePlugin({ activate, ...(deactivate ? { deactivate } : {}) }) }),
  };
}

/** One byte per sample. */
export function byteCodec(onEncode: (pcm: Int16Array) => void = () => undefined): CodecFactory {
  return {
    frameDurationsMs: [20],
    sampleRatesHz: [sampleRateHz],
    createEncoder: () => ({
      encode(pcm) {
        onEncode(pcm);
        return Uint8Array.from(pcm, (sample) => sample >> 8);
      },
      configure: () => undefined,
      dispose: () => undefined,
    }),
    createDecoder: () => ({
      decode: (payload) => Int16Array.from(payload, (byte) => (byte << 24) >> 16),
      dispose: () => undefined,
    }),
  };
}

/** Lets go after so many frames. */
export function countingBatcher(frames: number, onDecide: () => void = () => undefined): BatcherFactory {
  return {
    create: () => ({
      decide({ frameCount }) {
        onDecide();
        return { flush: frameCount >= frames, reason: 'count' };
      },
    }),
  };
}

export function testProfile(id: string, codecId: string, batcherId = 'few'): Profile {
  return {
    id,
    label: id,
    purpose: 'Tests.',
    settings: {
      codec: { codecId, bitrateBps: 24_000, frameMs: 20, complexity: 5 },
      batcherId,
      batch: { firstMs: 20, maxMs: 40 },
      playout: { initialBufferMs: 80, rebufferMs: 100 },
      maxBufferAheadMs: 15_000,
      window: { cwndGain: 1.25, initialPackets: 64 },
      redundancy: { redundantFirstPackets: 0, redundancyDelaysMs: [] },
      reportIntervalMs: 100,
    },
  };
}

export function profilesPlugin(...profiles: readonly Profile[]): PluginDescriptor {
  return inlinePlugin('test-profiles', { profiles: profiles.map(({ id }) => ({ id })) }, (context) => {
    for (const profile of profiles) context.profiles.register(profile.id, profile);
  });
}

export interface PluginHarnessOptions {
  readonly clock: Clock;
  readonly plugins: readonly PluginDescriptor[];
  readonly profile: string;
  readonly codecIds: readonly string[];
  readonly activateLimitMs?: number;
  /** Voice of the session; none if absent. */
  readonly ttsEngine?: string;
}

/** A session with plugins of the test's choice, and a listener without any network in between. */
export class PluginHarness {
  readonly kernel: Kernel;
  readonly session: Session;
  readonly room: SimulatedRoom;
  readonly receiver: SpeechReceiver;
  #speech: number[] = [];
  #decoded: number[] = [];

  constructor(options: PluginHarnessOptions) {
    const { clock, plugins, activateLimitMs: limitMs } = options;
    this.room = new SimulatedRoom({ clock });
    const target = simulatedTarget(this.room.join('voice'));
    this.kernel = createKernel({
      descriptors: [simulatedTransportPlugin, ...plugins],
      clock,
      seed: 1,
      ...(limitMs !== undefined && {
        activateLimitMs: limitMs,
        deactivateLimitMs: limitMs,
        createLimitMs: limitMs,
        openLaneLimitMs: limitMs,
        synthesizeLimitMs: limitMs,
      }),
    });
    this.session = this.kernel.createSession({
      target,
      lane: 'data',
      profile: options.profile,
      scenario: 'conversation',
      ttsEngine: options.ttsEngine ?? 'none',
      sampleRateHz,
      preloadVoice: false,
      maxQueuedUtterances: 64,
      yieldTurn: () => Promise.resolve(),
    });
    this.receiver = createSpeechReceiver({
      channel: this.room.join('ear'),
      // Stretched speech could not be compared sample by sample.
      smoothing: false,
      clock,
      decoders: new Map<string, CodecFactory>([
        ['pcm', this.#recorded(new PcmCodec())],
        ...options.codecIds.map((id) => [id, this.#recorded(byteCodec())] as const),
      ]),
      createSink: () =>
        createCallbackSink(({ samples, kind }) => {
          if (kind === 'speech') for (const sample of samples) this.#speech.push(sample);
        }),
    });
  }

  get clock(): Clock {
    return this.kernel.clock;
  }

  /** High bytes of the samples heard since the last call, without the silence around them. */
  takeHeard(): number[] {
    const heard = this.#speech.map((sample) => sample >> 8);
    this.#speech = [];
    return trimmed(heard);
  }

  /** The same of the samples decoded: what arrived, whatever playout made of a process that was held up. */
  takeDecoded(): number[] {
    const decoded = this.#decoded.map((sample) => sample >> 8);
    this.#decoded = [];
    return trimmed(decoded);
  }

  /** Speech whose high bytes are a pattern that betrays any lost, repeated or changed sample. */
  speech(
    durationMs: number,
    paceMs = 0,
  ): { readonly chunks: AsyncGenerator<PcmChunk>; readonly bytes: number[] } {
    const count = (durationMs * sampleRateHz) / 1000;
    const samples = Int16Array.from({ length: count }, (_, at) => (1 + ((at * 7 + (at >> 9)) % 120)) << 8);
    return { chunks: this.#reveal(samples, paceMs), bytes: [...samples].map((sample) => sample >> 8) };
  }

  stateOf(pluginId: string): string | undefined {
    return this.kernel.host.plugins().find(({ id }) => id === pluginId)?.state;
  }

  async dispose(): Promise<void> {
    this.session.dispose();
    this.receiver.dispose();
    this.room.dispose();
    await this.kernel.dispose();
  }

  #recorded(codec: CodecFactory): CodecFactory {
    const createDecoder: CodecFactory['createDecoder'] = (settings) => {
      const decoder = codec.createDecoder(settings);
      return {
        decode: (payload) => {
          const samples = decoder.decode(payload);
          for (const sample of samples) this.#decoded.push(sample);
          return samples;
        },
        dispose: () => decoder.dispose(),
      };
    };
    const { frameDurationsMs, sampleRatesHz } = codec;
    return {
      frameDurationsMs,
      sampleRatesHz,
      createEncoder: (settings) => codec.createEncoder(settings),
      createDecoder,
    };
  }

  async *#reveal(samples: Int16Array, paceMs: number): AsyncGenerator<PcmChunk> {
    const piece = sampleRateHz / 10;
    for (let at = 0; at < samples.length; at += piece) {
      yield { samples: samples.slice(at, at + piece), sampleRateHz };
      if (paceMs > 0) await delay(this.clock, paceMs);
    }
  }
}

function trimmed(heard: readonly number[]): number[] {
  const first = heard.findIndex((byte) => byte !== 0);
  const last = heard.findLastIndex((byte) => byte !== 0);
  return first < 0 ? [] : heard.slice(first, last + 1);
}
