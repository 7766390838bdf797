import { profileSettings } from '@eloquence/plugin-contracts';
import { VirtualClock } from '@eloquence/base';
import type {
  BatcherFactory,
  CodecFactory,
  PcmChunk,
  PluginDescriptor,
  Profile,
  ServiceProvider,
  TtsEngineFactory,
} from '@eloquence/plugin-api';
import type { ContributionOverrides } from '../../plugins/contribution-claims.js';
import { testPlugin } from '../../plugins/testing/test-plugin.js';
import { type Kernel, createKernel } from '../../kernel.js';
import type { SessionSettings } from '../session-settings.js';
import type { Session } from '../session.js';
import { FakeLane } from './fake-lane.js';

const sampleRateHz = 24_000;

/** What the default profile has in production, but for codec and batcher, and without copies. */
export const testSettings = profileSettings('BALANCED_OPTIMAL', {
  codec: { codecId: 'test-codec', bitrateBps: 24_000, frameMs: 20, complexity: 5 },
  batcherId: 'test-batcher',
  redundancy: { redundantFirstPackets: 0, redundancyDelaysMs: [] },
});

/** Encodes a frame as ten bytes, the first of which is that of the first sample. */
export function tenByteCodec(
  encode: (pcm: Int16Array) => Uint8Array = (pcm) => new Uint8Array(10).fill(pcm[0]! & 0xff),
): CodecFactory {
  return {
    frameDurationsMs: [20],
    sampleRatesHz: [sampleRateHz],
    createEncoder: () => ({ encode, configure: () => undefined, dispose: () => undefined }),
    createDecoder: () => {
      throw new Error('not used');
    },
  };
}

/** Every third frame. */
export const threesBatcher: BatcherFactory = {
  create: () => ({ decide: ({ frameCount }) => ({ flush: frameCount >= 3, reason: 'three' }) }),
};

export interface SessionHarnessOptions {
  readonly codec?: CodecFactory;
  readonly batcher?: BatcherFactory;
  readonly voice?: TtsEngineFactory;
  readonly settings?: Partial<SessionSettings>;
  readonly codecId?: string;
  /** Plugins beside those of the bench. */
  readonly plugins?: readonly PluginDescriptor[];
  readonly overrides?: ContributionOverrides;
  readonly services?: readonly ServiceProvider[];
}

/** A session over real plugins of the test's own making, and a lane that takes everything. */
export class SessionHarness {
  readonly clock = new VirtualClock(10_000);
  readonly lane = new FakeLane(this.clock);
  readonly kernel: Kernel;
  readonly session: Session;
  readonly rejections: unknown[] = [];
  /** Transports made so far. */
  transports = 0;
  /** What opening the lane waits for. */
  opening: Promise<unknown> = Promise.resolve();
  readonly #onRejection = (reason: unknown): void => void this.rejections.push(reason);

  constructor(options: SessionHarnessOptions = {}) {
    process.on('unhandledRejection', this.#onRejection);
    this.kernel = createKernel({
      descriptors: [...this.#plugins(options), ...(options.plugins ?? [])],
      clock: this.clock,
      seed: 1,
      ...(options.overrides === undefined ? {} : { overrides: options.overrides }),
      services: options.services ?? [],
    });
    this.session = this.createSession(options.settings);
  }

  createSession(settings: Partial<SessionSettings> = {}): Session {
    return this.kernel.createSession({
      target: this.lane,
      lane: 'auto',
      profile: 'TEST',
      ttsEngine: 'test-voice',
      sampleRateHz,
      preloadVoice: false,
      maxQueuedUtterances: 8,
      yieldTurn: () => Promise.resolve(),
      ...settings,
    });
  }

  async open(): Promise<this> {
    await this.#during(this.session.open());
    return this;
  }

  /** Lets time pass; whatever can run, runs before each step of 5 ms. */
  async advance(durationMs: number): Promise<void> {
    await turn();
    for (let ms = 0; ms < durationMs; ms += 5) {
      this.clock.advance(5);
      await turn();
    }
  }

  /** Lets time pass until the promise is settled. */
  async settle<T>(promise: Promise<T>, limitMs = 60_000): Promise<T> {
    let isSettled = false;
    const mark = (): void => void (isSettled = true);
    promise.then(mark, mark);
    for (let ms = 0; ms < limitMs && !isSettled; ms += 5) await this.advance(5);
    if (!isSettled) throw new Error(`not settled after ${limitMs} ms`);
    return promise;
  }

  async dispose(): Promise<void> {
    await this.#during(this.kernel.dispose());
    await this.advance(10);
    process.off('unhandledRejection', this.#onRejection);
  }

  async #during<T>(promise: Promise<T>): Promise<T> {
    return this.settle(promise);
  }

  #plugins(options: SessionHarnessOptions): PluginDescriptor[] {
    const settings = options.codecId
      ? { ...testSettings, codec: { ...testSettings.codec, codecId: options.codecId } }
      : testSettings;
    const profile: Profile = { id: 'TEST', label: 'Test', purpose: 'Tests.', settings };
    const codecId = options.codecId ?? 'test-codec';
    return [
      testPlugin('codec-plugin', {
        contributes: { codecs: [codecId] },
        plugin: {
          activate: (context) => void context.codecs.register(codecId, options.codec ?? tenByteCodec()),
        },
      }),
      testPlugin('batcher-plugin', {
        contributes: { batchers: ['test-batcher'] },
        plugin: {
          activate: (context) =>
            void context.batchers.register('test-batcher', options.batcher ?? threesBatcher),
        },
      }),
      testPlugin('profile-plugin', {
        contributes: { profiles: ['TEST'] },
        plugin: { activate: (context) => void context.profiles.register('TEST', profile) },
      }),
      testPlugin('lane-plugin', {
        contributes: { transports: ['test-transport'] },
        plugin: {
          activate: (context) =>
            void context.transports.register('test-transport', {
              accepts: (target) => target === this.lane,
              create: () => {
                this.transports++;
                const openLane = (): Promise<FakeLane> => this.opening.then(() => this.lane);
                return { openLane, dispose: () => undefined };
              },
            }),
        },
      }),
      ...(options.voice ? [voicePlugin(options.voice)] : []),
    ];
  }
}

/** Everything that waits on the event loop has its turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** PCM whose samples all carry `value`. */
export function toneChunk(durationMs: number, value = 1): PcmChunk {
  return { samples: new Int16Array((durationMs * sampleRateHz) / 1000).fill(value), sampleRateHz };
}

export async function* chunksOf(...chunks: PcmChunk[]): AsyncGenerator<PcmChunk> {
  yield* chunks;
}

function voicePlugin(voice: TtsEngineFactory): PluginDescriptor {
  return testPlugin('voice-plugin', {
    contributes: { ttsEngines: ['test-voice'] },
    plugin: { activate: (context) => void context.ttsEngines.register('test-voice', voice) },
  });
}
