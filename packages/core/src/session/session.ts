import {
  type Clock,
  type ContributionPointName,
  type ContributionPoints,
  type Disposable,
  DisposableStore,
  EloquenceError,
  Emitter,
  type Event,
  type Lane,
  type LaneKind,
  type LaneUtteranceEnd,
  type PcmChunk,
  type Profile,
  type RandomSource,
  type Transport,
  type TtsEngine,
  delay,
  isEloquenceError,
  toEloquenceError,
} from '@eloquence/plugin-api';
import type { ContributionLookup } from '../contributions/contribution-lookup.js';
import type { Guard } from '../plugins/guard.js';
import type { PluginHost } from '../plugins/plugin-host.js';
import { faultsSince, snapshotFaults } from './fault-log.js';
import { type SpeechInput, classifyInput } from './speech-input.js';
import { synthesizeText } from './speech-source.js';
import { DefaultUtterance, type SayOptions, type Utterance } from './utterance.js';
import { type UtteranceMetrics, buildUtteranceMetrics } from './utterance-metrics.js';
import { UtteranceRunner } from './utterance-runner.js';

/** What differs from session to session. */
export interface SessionSettings {
  /** What to speak into: a transport plugin must accept it. */
  readonly target: unknown;
  readonly lane: LaneKind | 'auto';
  /** Profile of utterances that name none. */
  readonly profile: string;
  readonly ttsEngine: string;
  readonly voice?: string;
  /** Rate at which speech is encoded and sent, Hz. */
  readonly sampleRateHz: number;
  /** Utterances that may wait; one more is refused. */
  readonly maxQueuedUtterances: number;
  /** Lets everything else that waits on the event loop have its turn. */
  readonly yieldTurn: () => Promise<void>;
}

export interface SessionServices {
  readonly host: PluginHost;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly settings: SessionSettings;
}

/** How long a plugin may take for one call, ms: a frame's encoding must stay well below the frame's duration. */
const encodeGuard = { operation: 'encode', budgetMs: 10 };
const decideGuard = { operation: 'decide', budgetMs: 5 };
/** Longest wait for the lane to tell how an utterance ended, after its run failed, ms. */
const laneEndLimitMs = 2000;

/** Speaks utterances into one room, one after the other. */
export class Session implements Disposable {
  readonly #services: SessionServices;
  readonly #settings: SessionSettings;
  readonly #owned = new DisposableStore();
  readonly #queue: DefaultUtterance[] = [];
  readonly #onDidEndUtterance = this.#owned.add(new Emitter<UtteranceMetrics>());
  readonly #onDidDispose = new Emitter<void>();
  #transport: Transport | undefined;
  #lane: Lane | undefined;
  #engine: Promise<TtsEngine> | undefined;
  #current: DefaultUtterance | undefined;
  #nextId = 1;
  #isDisposed = false;

  readonly onDidDispose: Event<void> = (listener) => this.#onDidDispose.event(listener);

  /** Fires for every utterance that was spoken in full or cancelled. */
  readonly onDidEndUtterance = this.#onDidEndUtterance.event;

  constructor(services: SessionServices) {
    this.#services = services;
    this.#settings = services.settings;
  }

  get lane(): Lane | undefined {
    return this.#lane;
  }

  /** Utterances that wait for their turn. */
  get queuedUtterances(): number {
    return this.#queue.length;
  }

  /**
   * Opens the lane and loads what the first utterance will need.
   *
   * @throws EloquenceError `LANE_UNAVAILABLE`, `NO_RECEIVER`, `CONNECTION_LOST`, `PROFILE_UNKNOWN`, …
   */
  async open(signal?: AbortSignal): Promise<void> {
    if (this.#lane) return;
    const profile = await this.#profile(this.#settings.profile);
    await this.#services.host.contributions.codecs.get(profile.settings.codec.codecId);
    await this.#services.host.contributions.batchers.get(profile.settings.batcherId);
    this.#transport = this.#owned.add(await this.#createTransport(signal));
    this.#lane = this.#owned.add(await this.#transport.openLane());
  }

  /** Queues an utterance; it is spoken when those before it are at the receiver. */
  say(input: SpeechInput, options: SayOptions = {}): Utterance {
    const utterance = new DefaultUtterance(this.#nextId++, input, options);
    if (this.#isDisposed) {
      utterance.fail(
        new EloquenceError('DISPOSED', 'The session has been closed.', { hint: 'Open a new one.' }),
      );
    } else if (this.#lane === undefined) {
      utterance.fail(
        new EloquenceError('LANE_UNAVAILABLE', 'The session is not open yet.', {
          hint: 'Await initialize() first.',
        }),
      );
    } else if (this.#queue.length >= this.#settings.maxQueuedUtterances) {
      utterance.fail(
        new EloquenceError('OPTION_INVALID', `${this.#queue.length} utterances are waiting already.`, {
          value: this.#queue.length,
          hint: 'Wait for one to be delivered, or cancel some, before saying more.',
        }),
      );
    } else {
      this.#queue.push(utterance);
      if (this.#current === undefined) void this.#work();
    }
    return utterance;
  }

  /** Barge-in: cancels the utterance being spoken and all that wait. */
  cancelAll(): void {
    for (const utterance of [...this.#queue]) utterance.cancel();
    this.#current?.cancel();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.cancelAll();
    void this.#engine?.then((engine) => engine.dispose()).catch(() => undefined);
    this.#owned.dispose();
    this.#onDidDispose.fire();
    this.#onDidDispose.dispose();
  }

  async #work(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#current = next;
      try {
        await this.#speak(next);
      } catch (error) {
        next.fail(toEloquenceError(error));
      }
    }
    this.#current = undefined;
  }

  /** Returns when the next utterance may begin: this one is delivered, or over. */
  async #speak(utterance: DefaultUtterance): Promise<void> {
    utterance.signal.throwIfAborted();
    utterance.markSpeaking();
    const profile = await this.#profile(utterance.options.profile ?? this.#settings.profile);
    const runner = await this.#createRunner(utterance, profile);
    const faultsBefore = snapshotFaults(this.#services.host);
    const metricsOf = (end: LaneUtteranceEnd): UtteranceMetrics =>
      buildUtteranceMetrics({
        utteranceId: utterance.id,
        lane: this.#openLane().kind,
        profile: profile.id,
        codec: runner.codecId,
        batcher: profile.settings.batcherId,
        audioMs: runner.audioMs,
        firstPcmAtMs: runner.firstPcmAtMs,
        busyMs: runner.sendingMs,
        source: runner.source,
        link: runner.link,
        end,
        faults: faultsSince(this.#services.host, faultsBefore),
      });
    try {
      await runner.run(await this.#chunks(utterance));
    } catch (error) {
      await this.#endEarly(utterance, runner, error, metricsOf);
      return;
    }
    const lane = runner.laneUtterance;
    if (lane === undefined) {
      runner.dispose();
      throw new EloquenceError(
        'TEXT_EMPTY',
        'There is nothing to say: the voice produced no sound for this text.',
      );
    }
    const onAbort = (): void => lane.cancel();
    utterance.signal.addEventListener('abort', onAbort, { once: true });
    if (utterance.signal.aborted) lane.cancel();
    const delivered = await lane.delivered;
    if (delivered.outcome === 'complete') utterance.markDelivered(metricsOf(delivered));
    void lane.played.then((end) => {
      utterance.signal.removeEventListener('abort', onAbort);
      this.#settle(utterance, end, metricsOf(end));
      runner.dispose();
    });
  }

  /** The source failed, the lane gave up, or the utterance was aborted. */
  async #endEarly(
    utterance: DefaultUtterance,
    runner: UtteranceRunner,
    error: unknown,
    metricsOf: (end: LaneUtteranceEnd) => UtteranceMetrics,
  ): Promise<void> {
    const lane = runner.laneUtterance;
    const isAborted = utterance.signal.aborted;
    try {
      if (lane === undefined) {
        utterance.fail(
          isAborted
            ? toEloquenceError(utterance.signal.reason, 'ABORTED')
            : toEloquenceError(error, 'TTS_FAILED'),
        );
        return;
      }
      // A failed source: what was handed over before is still delivered, then the failure is told.
      if (!isAborted && !isLaneError(error))
        lane.end(Math.round((runner.audioMs * this.#settings.sampleRateHz) / 1000));
      if (isAborted) lane.cancel();
      const limit = isAborted ? laneEndLimitMs : runner.audioMs + 30_000;
      const end = await Promise.race([lane.played, delay(this.#services.clock, limit).then(() => undefined)]);
      if (isAborted && end) this.#settle(utterance, end, metricsOf(end));
      else utterance.fail(end?.error ?? toEloquenceError(error, 'TTS_FAILED'));
    } finally {
      runner.dispose();
    }
  }

  #settle(utterance: DefaultUtterance, end: LaneUtteranceEnd, metrics: UtteranceMetrics): void {
    if (end.outcome === 'failed') {
      utterance.fail(
        end.error ?? new EloquenceError('DELIVERY_INCOMPLETE', 'The utterance was not delivered in full.'),
      );
      return;
    }
    utterance.finish(metrics);
    this.#onDidEndUtterance.fire(metrics);
  }

  async #chunks(utterance: DefaultUtterance): Promise<AsyncIterable<PcmChunk>> {
    const input = await classifyInput(utterance.input);
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

  #loadEngine(): Promise<TtsEngine> {
    const { ttsEngine } = this.#settings;
    this.#engine ??= this.#services.host.contributions.ttsEngines
      .get(ttsEngine)
      .then((factory) => factory.create());
    // A failed load is tried again by the next utterance.
    this.#engine.catch(() => (this.#engine = undefined));
    return this.#engine;
  }

  async #createRunner(utterance: DefaultUtterance, profile: Profile): Promise<UtteranceRunner> {
    const { host, clock } = this.#services;
    const { sampleRateHz, yieldTurn } = this.#settings;
    const lane = this.#openLane();
    const { codecId } = profile.settings.codec;
    const codec = lane.canReceive(codecId)
      ? await usable(host.contributions.codecs, codecId, host, encodeGuard)
      : undefined;
    const batcher = await usable(host.contributions.batchers, profile.settings.batcherId, host, decideGuard);
    return new UtteranceRunner(utterance, {
      clock,
      lane,
      sampleRateHz,
      settings: profile.settings,
      ...(codec ? { codec: codec.contribution, codecGuard: codec.guard } : {}),
      ...(batcher ? { batcher: batcher.contribution.create(), batcherGuard: batcher.guard } : {}),
      yieldTurn,
    });
  }

  #openLane(): Lane {
    if (this.#lane === undefined) throw new EloquenceError('LANE_UNAVAILABLE', 'The session is not open.');
    return this.#lane;
  }

  #profile(id: string): Promise<Profile> {
    return this.#services.host.contributions.profiles.get(id);
  }

  async #createTransport(signal: AbortSignal | undefined): Promise<Transport> {
    const { host, clock, random } = this.#services;
    const { target, lane } = this.#settings;
    const { transports } = host.contributions;
    for (const id of transports.ids()) {
      const factory = await transports.get(id);
      if (!factory.accepts(target)) continue;
      return factory.create(target, { clock, random, lane, ...(signal === undefined ? {} : { signal }) });
    }
    throw new EloquenceError('LANE_UNAVAILABLE', 'No installed transport can speak into this target.', {
      hint: `Pass a connected LiveKit Room, or install a transport plugin for it (installed: ${transports.ids().join(', ') || 'none'}).`,
    });
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
  guardOptions: { readonly operation: string; readonly budgetMs: number },
): Promise<Usable<ContributionPoints[P]> | undefined> {
  try {
    const contribution = await point.get(id);
    const guard = host.guard(point.owner(id) ?? '', guardOptions.operation, {
      budgetMs: guardOptions.budgetMs,
    });
    return { contribution, guard };
  } catch (error) {
    if (isEloquenceError(error) && (error.code === 'PLUGIN_FAILED' || error.code === 'PLUGIN_TIMEOUT'))
      return undefined;
    throw error;
  }
}

function isLaneError(error: unknown): boolean {
  const laneCodes = ['RECEIVER_LEFT', 'NO_RECEIVER', 'CONNECTION_LOST', 'DELIVERY_INCOMPLETE', 'ABORTED'];
  return isEloquenceError(error) && laneCodes.includes(error.code);
}
