import { DisposableStore } from '@eloquence/base';
import {
  type Batcher,
  type BatcherFactory,
  type Clock,
  type ContributionPointName,
  type ContributionPoints,
  type Disposable,
  EloquenceError,
  type Lane,
  type LaneUtterance,
  type PcmChunk,
  type Profile,
  type RandomSource,
  type StreamSettings,
  type Transport,
  type TtsEngine,
  isEloquenceError,
} from '@eloquence/plugin-api';
import { Resampler } from '../audio/resampler.js';
import type { ContributionLookup } from '../contributions/contribution-lookup.js';
import type { Guard, GuardOptions } from '../plugins/guard.js';
import type { PluginHost } from '../plugins/plugin-host.js';
import { isBatchDecision } from './batch-gatherer.js';
import { createFallbackProfile } from './fallback-profile.js';
import { FrameEncoder } from './frame-encoder.js';
import type { SessionSettings } from './session-settings.js';
import { classifyInput } from './speech-input.js';
import { synthesizeText } from './speech-source.js';
import type { DefaultUtterance } from './utterance.js';
import { UtteranceRunner } from './utterance-runner.js';

export interface SessionServices {
  /** Number of the session within its process, from 1. */
  readonly sessionId: number;
  readonly host: PluginHost;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly settings: SessionSettings;
}

/** How long a plugin may take for one call, ms: a frame's encoding must stay well below the frame's duration. */
const encodeGuard = { operation: 'encode', budgetMs: 10 };
const warmUpGuard = { operation: 'encode' };
const warmUpFrames = 10;
const decideGuard = { operation: 'decide', budgetMs: 5, isValid: isBatchDecision };

/** Profiles that a session remembers. */
const maxKnownProfiles = 32;

/** What a session takes from plugins, loaded when needed: profiles, voice, codec, batcher, transport. */
export class SessionPlugins {
  readonly #services: SessionServices;
  readonly #settings: SessionSettings;
  /** Settings of the profiles that loaded, in case their plugin fails later. */
  readonly #knownProfiles = new Map<string, Profile>();
  readonly #owned = new DisposableStore();
  #engine: Promise<TtsEngine> | undefined;
  #isDisposed = false;

  constructor(services: SessionServices) {
    this.#services = services;
    this.#settings = services.settings;
    const { ttsEngines } = services.host.contributions;
    // The next utterance asks anew: another plugin may provide the voice by then, or the same one again.
    this.#owned.add(
      ttsEngines.onDidRemove(({ id }) => {
        if (id === this.#settings.ttsEngine) this.#dropEngine();
      }),
    );
  }

  /**
   * The profile; if its plugin is out of order, the settings that it had, or else built-in ones.
   *
   * @throws EloquenceError `PROFILE_UNKNOWN`
   */
  async profile(id: string): Promise<Profile> {
    const { host } = this.#services;
    try {
      const profile = await host.contributions.profiles.get(id);
      if (this.#knownProfiles.get(id) !== profile && this.#knownProfiles.size < maxKnownProfiles)
        this.#knownProfiles.set(id, profile);
      return profile;
    } catch (error) {
      if (!isOutOfOrder(error)) throw error;
      return this.#knownProfiles.get(id) ?? createFallbackProfile(id, host);
    }
  }

  /** The first transport that accepts the session's target. @throws EloquenceError `LANE_UNAVAILABLE` */
  async createTransport(signal: AbortSignal | undefined): Promise<Transport> {
    const { host, clock, random } = this.#services;
    const { target, lane } = this.#settings;
    const { transports } = host.contributions;
    let failure: unknown;
    for (const id of transports.ids()) {
      const usableTransport = await usable(transports, id, host, { operation: 'accepts' }).catch(
        (error: unknown) => void (failure ??= error),
      );
      if (usableTransport === undefined) continue;
      const { contribution: factory, guard } = usableTransport;
      if (!guard.run(() => factory.accepts(target), false)) continue;
      return factory.create(target, { clock, random, lane, ...(signal === undefined ? {} : { signal }) });
    }
    throw new EloquenceError('LANE_UNAVAILABLE', 'No installed transport can speak into this target.', {
      hint: `Pass a connected LiveKit Room, or install a transport plugin for it (installed: ${transports.ids().join(', ') || 'none'}).`,
      ...(failure === undefined ? {} : { cause: failure }),
    });
  }

  /** Loads what the first utterance will need, and lets the codec run once: its first frame costs several times the later ones. */
  async warmUp(profile: Profile): Promise<void> {
    const { host } = this.#services;
    const { codec, batcherId } = profile.settings;
    const { sampleRateHz, preloadVoice } = this.#settings;
    // A voice that cannot be loaded is reported by the first utterance that needs it.
    if (preloadVoice) this.#loadEngine().catch(() => undefined);
    if (batcherId !== '') await usable(host.contributions.batchers, batcherId, host, decideGuard);
    const usableCodec = await usable(host.contributions.codecs, codec.codecId, host, warmUpGuard);
    if (usableCodec === undefined) return;
    const encoder = new FrameEncoder({
      codec: usableCodec.contribution,
      guard: usableCodec.guard,
      settings: codec,
      sampleRateHz,
      maxPayloadBytes: Number.POSITIVE_INFINITY,
    });
    const frame = new Int16Array(Math.round((codec.frameMs * sampleRateHz) / 1000));
    for (let call = 0; call < warmUpFrames; call++) encoder.encode(frame);
    encoder.dispose();
  }

  /** The speech of an utterance, piece by piece. */
  async chunksOf(utterance: DefaultUtterance): Promise<AsyncIterable<PcmChunk>> {
    const input = await classifyInput(utterance.input, utterance.signal);
    if (input.kind === 'pcm') return input.chunks;
    const voice = utterance.options.voice ?? this.#settings.voice;
    const { rate } = utterance.options;
    const { host } = this.#services;
    const engine = await this.#loadEngine();
    const guard = host.guard(
      host.contributions.ttsEngines.owner(this.#settings.ttsEngine) ?? '',
      'synthesize',
    );
    return synthesizeText(engine, guard, input.text, {
      clock: this.#services.clock,
      signal: utterance.signal,
      ...(voice === undefined ? {} : { voice }),
      ...(rate === undefined ? {} : { rate }),
    });
  }

  /** What carries an utterance to the lane, with the plugins that its profile names. */
  async createRunner(
    utterance: DefaultUtterance,
    settings: StreamSettings,
    lane: Lane,
    onDidOpen: (laneUtterance: LaneUtterance) => Disposable,
  ): Promise<UtteranceRunner> {
    const { host, clock } = this.#services;
    const { sampleRateHz, yieldTurn } = this.#settings;
    const { codecId } = settings.codec;
    const codec = lane.canReceive(codecId)
      ? await usable(host.contributions.codecs, codecId, host, encodeGuard)
      : undefined;
    const { batcherId } = settings;
    const batcher =
      batcherId === '' ? undefined : await usable(host.contributions.batchers, batcherId, host, decideGuard);
    const decider = batcher && this.#createBatcher(batcher.contribution, batcher.guard.pluginId);
    return new UtteranceRunner(utterance, {
      clock,
      lane,
      sampleRateHz,
      settings,
      onDidOpen,
      ...(codec ? { codec: codec.contribution, codecGuard: codec.guard } : {}),
      ...(batcher && decider ? { batcher: decider, batcherGuard: batcher.guard } : {}),
      yieldTurn,
    });
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#owned.dispose();
    this.#dropEngine();
  }

  #dropEngine(): void {
    const engine = this.#engine;
    this.#engine = undefined;
    void engine?.then((loaded) => loaded.dispose()).catch(() => undefined);
  }

  #createBatcher(factory: BatcherFactory, pluginId: string): Batcher | undefined {
    return this.#services.host.guard(pluginId, 'create').run(() => factory.create(), undefined);
  }

  #loadEngine(): Promise<TtsEngine> {
    // An engine loaded now would have no owner.
    if (this.#isDisposed)
      return Promise.reject(new EloquenceError('DISPOSED', 'The session has been closed.'));
    const { ttsEngine, sampleRateHz } = this.#settings;
    this.#engine ??= this.#services.host.contributions.ttsEngines.get(ttsEngine).then(async (factory) => {
      const engine = await factory.create();
      // Computes the filter for these rates, which is then kept.
      new Resampler(engine.sampleRateHz, sampleRateHz);
      return engine;
    });
    // A failed load is tried again by the next utterance.
    const loading = this.#engine;
    loading.catch(() => {
      if (this.#engine === loading) this.#engine = undefined;
    });
    return loading;
  }
}

interface Usable<T> {
  readonly contribution: T;
  readonly guard: Guard;
}

/** The contribution with its guard; `undefined` if its plugin is out of order, and the built-in fallback must do. */
async function usable<P extends ContributionPointName>(
  point: ContributionLookup<P>,
  id: string,
  host: PluginHost,
  guardOptions: GuardOptions & { readonly operation: string },
): Promise<Usable<ContributionPoints[P]> | undefined> {
  try {
    const contribution = await point.get(id);
    const { operation, ...limits } = guardOptions;
    const guard = host.guard(point.owner(id) ?? '', operation, limits);
    return { contribution, guard };
  } catch (error) {
    if (isOutOfOrder(error)) return undefined;
    throw error;
  }
}

function isOutOfOrder(error: unknown): boolean {
  return isEloquenceError(error) && (error.code === 'PLUGIN_FAILED' || error.code === 'PLUGIN_TIMEOUT');
}
