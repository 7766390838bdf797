import { DisposableStore } from '@eloquence/base';
import {
  type Disposable,
  EloquenceError,
  Emitter,
  type Event,
  type Lane,
  type SessionEvent,
  type UtteranceMetrics,
  toEloquenceError,
} from '@eloquence/plugin-api';
import { publishLane, publishPlugins, publishUtterance } from '../monitoring/publish-session.js';
import { SessionBus } from '../monitoring/session-bus.js';
import { type MonitorStatus, SessionMonitors } from '../monitoring/session-monitors.js';
import type { AdaptationLoop } from './adaptation/adaptation-loop.js';
import { SessionAdaptation } from './adaptation/session-adaptation.js';
import { SessionPlugins, type SessionServices } from './session-plugins.js';
import type { SessionSettings } from './session-settings.js';
import type { SpeechInput } from './speech-input.js';
import { DefaultUtterance, type SayOptions, type Utterance } from './utterance.js';
import { buildUnsentMetrics } from './utterance-metrics.js';
import { UtteranceSpeaker } from './utterance-speaker.js';

/** Speaks utterances into one room, one after the other. */
export class Session implements Disposable {
  readonly #services: SessionServices;
  readonly #settings: SessionSettings;
  readonly #plugins: SessionPlugins;
  readonly #adaptation: SessionAdaptation;
  readonly #owned = new DisposableStore();
  readonly #queue: DefaultUtterance[] = [];
  /** Asked for and not over: those that wait, the one being sent, and those being played. */
  readonly #active = new Set<DefaultUtterance>();
  readonly #onDidEndUtterance = this.#owned.add(new Emitter<UtteranceMetrics>());
  readonly #onDidDispose = new Emitter<void>();
  readonly #bus: SessionBus;
  #monitors: SessionMonitors | undefined;
  #opening: Promise<void> | undefined;
  #lane: Lane | undefined;
  #current: DefaultUtterance | undefined;
  #nextId = 1;
  #isDisposed = false;

  readonly onDidDispose: Event<void> = (listener) => this.#onDidDispose.event(listener);

  /** Fires for every utterance that was spoken in full or cancelled. */
  readonly onDidEndUtterance = this.#onDidEndUtterance.event;

  constructor(services: SessionServices) {
    this.#services = services;
    this.#settings = services.settings;
    this.#plugins = new SessionPlugins(services);
    this.#adaptation = this.#owned.add(createAdaptation(services, this.#plugins));
    this.#bus = new SessionBus(services.sessionId, services.clock);
    this.#owned.add(publishPlugins(this.#bus, services.host));
    this.#owned.add(this.adaptation.onDidDecide((decision) => this.#bus.publish('decision', { decision })));
  }

  /** What is known of the links, what was decided and why. */
  get adaptation(): AdaptationLoop {
    return this.#adaptation.loop;
  }

  /** Everything that happens in the session, as it happens. Listeners must return at once. */
  get onDidPublishEvent(): Event<SessionEvent> {
    return this.#bus.onDidPublish;
  }

  /** The latest events, oldest first: at most 256. */
  recentEvents(): readonly SessionEvent[] {
    return this.#bus.recent();
  }

  /** The monitors that watch the session, and what they missed. */
  monitors(): readonly MonitorStatus[] {
    return this.#monitors?.status() ?? [];
  }

  get lane(): Lane | undefined {
    return this.#lane;
  }

  /** Utterances that wait for their turn. */
  get queuedUtterances(): number {
    return this.#queue.length;
  }

  /**
   * Opens the lane and loads what the first utterance will need. Calling it again gives the same promise; after a
   * failure it tries again.
   *
   * @throws EloquenceError `LANE_UNAVAILABLE`, `NO_RECEIVER`, `CONNECTION_LOST`, `PROFILE_UNKNOWN`, …
   */
  open(signal?: AbortSignal): Promise<void> {
    if (this.#opening === undefined) {
      this.#opening = this.#open(signal);
      // After a failure it can be tried again.
      this.#opening.catch(() => (this.#opening = undefined));
    }
    return this.#opening;
  }

  async #open(signal: AbortSignal | undefined): Promise<void> {
    this.#monitors ??= this.#watch();
    await this.#plugins.warmUp(await this.#adaptation.prepare(this.#settings.profile));
    const transport = this.#owned.add(await this.#plugins.createTransport(signal));
    const lane = await transport.openLane().catch((error: unknown) => {
      transport.dispose();
      throw error;
    });
    this.#lane = this.#owned.add(lane);
    this.#owned.add(this.adaptation.attach(lane));
    this.#owned.add(publishLane(this.#bus, this.#lane));
  }

  /** Queues an utterance; it is spoken when those before it are at the receiver. */
  say(input: SpeechInput, options: SayOptions = {}): Utterance {
    const utterance = new DefaultUtterance(this.#nextId++, input, options);
    publishUtterance(this.#bus, utterance);
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
      this.#enqueue(utterance);
    }
    return utterance;
  }

  /** Barge-in: cancels what is being played, what is being sent, and all that waits. */
  cancelAll(): void {
    // The latest first: what silences it silences those before it.
    for (const utterance of [...this.#active].reverse()) utterance.cancel();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.cancelAll();
    this.#plugins.dispose();
    this.#owned.dispose();
    this.#bus.publish('sessionEnd', { utterances: this.#nextId - 1 });
    this.#monitors?.dispose();
    this.#bus.dispose();
    this.#onDidDispose.fire();
    this.#onDidDispose.dispose();
  }

  #watch(): SessionMonitors {
    const { host, clock } = this.#services;
    const { monitors: ids } = this.#settings;
    return new SessionMonitors({ host, clock, bus: this.#bus, ...(ids === undefined ? {} : { ids }) });
  }

  #enqueue(utterance: DefaultUtterance): void {
    if (utterance.signal.aborted) {
      this.#finishUnsent(utterance);
      return;
    }
    this.#active.add(utterance);
    const forget = (): void => void this.#active.delete(utterance);
    utterance.done.then(forget, forget);
    const onAbort = (): void => this.#leaveQueue(utterance);
    utterance.signal.addEventListener('abort', onAbort, { once: true });
    this.#queue.push(utterance);
    if (this.#current === undefined) void this.#work();
  }

  /** A cancelled utterance does not wait for its turn to end. */
  #leaveQueue(utterance: DefaultUtterance): void {
    const at = this.#queue.indexOf(utterance);
    if (at < 0) return;
    this.#queue.splice(at, 1);
    this.#finishUnsent(utterance);
  }

  async #work(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#current = next;
      try {
        await this.#createSpeaker().speak(next);
      } catch (error) {
        next.fail(toEloquenceError(error));
      }
    }
    this.#current = undefined;
  }

  #createSpeaker(): UtteranceSpeaker {
    return new UtteranceSpeaker({
      services: this.#services,
      plugins: this.#plugins,
      adaptation: this.#adaptation,
      bus: this.#bus,
      lane: this.#openLane(),
      finishUnsent: (utterance) => this.#finishUnsent(utterance),
      onDidEnd: (metrics) => this.#onDidEndUtterance.fire(metrics),
    });
  }

  /** Cancelled before anything of it was handed to the lane. */
  #finishUnsent(utterance: DefaultUtterance): void {
    const metrics = buildUnsentMetrics({
      utteranceId: utterance.id,
      lane: this.#openLane().kind,
      profile: utterance.options.profile ?? this.#settings.profile,
    });
    utterance.finish(metrics);
    this.#onDidEndUtterance.fire(metrics);
  }

  #openLane(): Lane {
    if (this.#lane === undefined) throw new EloquenceError('LANE_UNAVAILABLE', 'The session is not open.');
    return this.#lane;
  }
}

function createAdaptation(services: SessionServices, plugins: SessionPlugins): SessionAdaptation {
  const { host, clock, random, settings } = services;
  return new SessionAdaptation({
    host,
    clock,
    random,
    selectorId: settings.selector ?? 'rules',
    forecasterId: settings.forecaster ?? 'holt',
    loadProfile: (id) => plugins.profile(id),
  });
}
