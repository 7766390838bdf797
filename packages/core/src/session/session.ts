import { DisposableStore } from '@eloquence/base';
import {
  type Clock,
  type Disposable,
  EloquenceError,
  Emitter,
  type Event,
  type Lane,
  type SessionEvent,
  type UtteranceMetrics,
  toEloquenceError,
} from '@eloquence/plugin-api';
import {
  publishLane,
  publishPlugins,
  publishUtterance,
  publishVoiceFailure,
} from '../monitoring/publish-session.js';
import type { SessionBus } from '../monitoring/session-bus.js';
import type { MonitorStatus, SessionMonitors } from '../monitoring/session-monitors.js';
import type { PluginHost } from '../plugins/plugin-host.js';
import type { AdaptationLoop } from './adaptation/adaptation-loop.js';
import type { SessionAdaptation } from './adaptation/session-adaptation.js';
import type { AudioPipelineFactory } from './audio-pipeline-factory.js';
import { FaultLog } from './fault-log.js';
import type { ServiceReplacements } from './service-replacements.js';
import type { SessionSettings } from './session-settings.js';
import type { SessionTransport } from './session-transport.js';
import type { SessionVoice } from './session-voice.js';
import type { SpeechInput } from './speech-input.js';
import { untilAborted } from './until-aborted.js';
import { DefaultUtterance, type SayOptions, type Utterance } from './utterance.js';
import { UtteranceController } from './utterance-controller.js';
import { buildUnsentMetrics } from './utterance-metrics.js';

/** What a session is made of. Its owner is whoever made it: the container. */
export interface SessionParts {
  readonly host: PluginHost;
  readonly clock: Clock;
  readonly settings: SessionSettings;
  readonly bus: SessionBus;
  readonly monitors: SessionMonitors;
  readonly replacements: ServiceReplacements;
  readonly transport: SessionTransport;
  readonly voice: SessionVoice;
  readonly pipelines: AudioPipelineFactory;
  readonly adaptation: SessionAdaptation;
}

/** Speaks utterances into one room, one after the other. */
export class Session implements Disposable {
  readonly #parts: SessionParts;
  readonly #settings: SessionSettings;
  readonly #owned = new DisposableStore();
  readonly #queue: DefaultUtterance[] = [];
  /** Asked for and not over: those that wait, the one being sent, and those being played. */
  readonly #active = new Set<DefaultUtterance>();
  readonly #onDidEndUtterance = this.#owned.add(new Emitter<UtteranceMetrics>());
  readonly #onDidDispose = new Emitter<void>();
  readonly #lifetime = new AbortController();
  readonly #bus: SessionBus;
  readonly #faults: FaultLog;
  #opening: Promise<void> | undefined;
  #lane: Lane | undefined;
  #current: DefaultUtterance | undefined;
  #nextId = 1;
  #isDisposed = false;

  readonly onDidDispose: Event<void> = (listener) => this.#onDidDispose.event(listener);

  /** Fires for every utterance that was spoken in full or cancelled. */
  readonly onDidEndUtterance = this.#onDidEndUtterance.event;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#bus = parts.bus;
    this.#faults = new FaultLog(parts.host);
    this.#owned.add(publishPlugins(this.#bus, parts.host));
    this.#owned.add(this.adaptation.onDidDecide((decision) => this.#bus.publish('decision', { decision })));
    this.#owned.add(this.adaptation.onDidMergeGroup((merge) => this.#bus.publish('groupMerge', { merge })));
  }

  /** What is known of the links, what was decided and why. */
  get adaptation(): AdaptationLoop {
    return this.#parts.adaptation.loop;
  }

  /** Everything that happens in the session, as it happens. Listeners must return at once. */
  get onDidPublishEvent(): Event<SessionEvent> {
    return this.#bus.onDidPublish;
  }

  /** The monitors that watch the session, and what they missed. */
  monitors(): readonly MonitorStatus[] {
    return this.#parts.monitors.status();
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
   * @throws EloquenceError `LANE_UNAVAILABLE`, `NO_RECEIVER`, `CONNECTION_LOST`, `PROFILE_UNKNOWN`, `DISPOSED` as soon
   * as the session is disposed, …
   */
  open(signal?: AbortSignal): Promise<void> {
    if (this.#isDisposed) return Promise.reject(sessionClosed());
    if (this.#opening === undefined) {
      const { signal: lifetime } = this.#lifetime;
      const untilEither = signal === undefined ? lifetime : AbortSignal.any([signal, lifetime]);
      this.#opening = untilAborted(this.#open(untilEither), lifetime);
      // After a failure it can be tried again.
      this.#opening.catch(() => (this.#opening = undefined));
    }
    return this.#opening;
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { monitors, replacements, adaptation, pipelines, voice, transport } = this.#parts;
    monitors.start();
    await replacements.start();
    const profile = await adaptation.prepare(this.#settings.profile);
    if (this.#settings.preloadVoice)
      voice.preload((error) => publishVoiceFailure(this.#bus, this.#settings.ttsEngine, error));
    await pipelines.warmUp(profile);
    this.#lane = await transport.openLane(signal);
    signal.throwIfAborted();
    this.#owned.add(adaptation.loop.attach(this.#lane));
    this.#owned.add(publishLane(this.#bus, this.#lane));
  }

  /** Queues an utterance; it is spoken when those before it are at the receiver. */
  say(input: SpeechInput, options: SayOptions = {}): Utterance {
    const utterance = new DefaultUtterance(this.#nextId++, input, options);
    publishUtterance(this.#bus, utterance);
    if (this.#isDisposed) {
      utterance.fail(sessionClosed());
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
    } else if (utterance.signal.aborted) {
      this.#finishUnsent(utterance);
    } else {
      this.#track(utterance);
      this.#queue.push(utterance);
      if (this.#current === undefined) void this.#work();
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
    this.#lifetime.abort(sessionClosed());
    this.cancelAll();
    this.#owned.dispose();
    this.#bus.publish('sessionEnd', { utterances: this.#nextId - 1 });
    this.#onDidDispose.fire();
    this.#onDidDispose.dispose();
  }

  /** Knows the utterance until it is over, and takes it out of the queue when it is cancelled. */
  #track(utterance: DefaultUtterance): void {
    this.#active.add(utterance);
    const forget = (): void => void this.#active.delete(utterance);
    utterance.done.then(forget, forget);
    const onAbort = (): void => this.#leaveQueue(utterance);
    utterance.signal.addEventListener('abort', onAbort, { once: true });
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
        await this.#createController().speak(next);
      } catch (error) {
        next.fail(toEloquenceError(error));
      }
    }
    this.#current = undefined;
  }

  #createController(): UtteranceController {
    return new UtteranceController({
      ...this.#parts,
      lane: this.#openLane(),
      faults: this.#faults,
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

function sessionClosed(): EloquenceError {
  return new EloquenceError('DISPOSED', 'The session has been closed.', { hint: 'Open a new one.' });
}
