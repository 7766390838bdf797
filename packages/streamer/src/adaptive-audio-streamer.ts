import {
  type Kernel,
  type PluginInfo,
  type PluginLogEntry,
  type PluginReport,
  type SayOptions,
  type Session,
  type SpeechInput,
  type Utterance,
  type UtteranceMetrics,
  createKernel,
  inspectPlugins,
} from '@eloquence/core';
import type { ForecastCalibration } from '@eloquence/base';
import {
  type ContributionPointName,
  type Decision,
  EloquenceError,
  type Event,
  type EventError,
  type LaneKind,
  type LinkState,
  type SessionEvent,
} from '@eloquence/plugin-api';
import { withDefaultPlugins } from './default-plugins.js';
import {
  type ProfileId,
  type StreamerOptions,
  checkOptionNames,
  checkedSampleRateHz,
  checkedScenario,
} from './streamer-options.js';

/** What one utterance may have otherwise than the streamer. */
export interface SpeakOptions extends Omit<SayOptions, 'profile'> {
  /** Pins a profile for this utterance; `auto` lets the policy choose. The streamer's if absent. */
  readonly profile?: ProfileId;
}

/**
 * Speaks into a room: text in, speech at the listeners, sent ahead of playout.
 *
 * ```ts
 * const streamer = new AdaptiveAudioStreamer(room);
 * await streamer.initialize();
 * const metrics = await streamer.streamTextToAudioAdaptive('Bonjour');
 * ```
 */
export class AdaptiveAudioStreamer {
  readonly #kernel: Kernel;
  readonly #session: Session;
  #opening: Promise<void> | undefined;

  /**
   * @param target a connected rtc-node `Room`, or whatever an installed transport plugin accepts
   * @throws EloquenceError `OPTION_INVALID`, `CONFIGURATION_INVALID`
   */
  constructor(target: unknown, options: StreamerOptions = {}) {
    checkOptionNames(options);
    const scenario = checkedScenario(options.scenario);
    this.#kernel = createKernel({
      descriptors: withDefaultPlugins(options.plugins),
      ...options.limits,
      services: options.services ?? [],
      configuration: options.configuration,
      overrides: options.overrides,
      disabled: options.disabled,
      apiProposals: options.apiProposals,
      clock: options.clock,
      seed: options.seed,
    });
    this.#session = this.#kernel.createSession({
      target,
      lane: options.lane ?? 'auto',
      profile: options.profile ?? 'auto',
      scenario,
      policy: options.policy,
      forecaster: options.forecaster,
      ttsEngine: options.ttsEngine ?? 'espeak',
      voice: options.voice,
      textFilters: options.textFilters,
      sampleRateHz: checkedSampleRateHz(options.sampleRateHz),
      preloadVoice: options.preloadVoice ?? true,
      maxQueuedUtterances: options.maxQueuedUtterances ?? 256,
      monitors: options.monitors,
      yieldTurn: () => new Promise((resolve) => setImmediate(resolve)),
    });
    this.#session.onDidPublishEvent((event) => {
      if (event.kind === 'voiceFail') warnOfVoice(event.ttsEngine, event.error);
    });
    const forecasterId = options.forecaster ?? 'holt';
    this.onDidDecide((decision) => this.#kernel.host.recordDecision(decision, forecasterId));
  }

  /** The lane in use; absent before `initialize()`. */
  get lane(): LaneKind | undefined {
    return this.#session.lane?.kind;
  }

  /** Receivers that can take the data lane. */
  get receiverCount(): number {
    return this.#session.lane?.receiverCount ?? 0;
  }

  /** Utterances that wait for their turn. */
  get queuedUtterances(): number {
    return this.#session.queuedUtterances;
  }

  /** Fires for every utterance that was spoken in full or cancelled. */
  get onDidEndUtterance(): Event<UtteranceMetrics> {
    return this.#session.onDidEndUtterance;
  }

  /** Fires for every choice of a profile, and when protection is turned on or off. */
  get onDidDecide(): Event<Decision> {
    return this.#session.adaptation.onDidDecide;
  }

  /** The latest decisions, oldest first, each with everything that it was based on. */
  decisions(): readonly Decision[] {
    return this.#session.adaptation.log.decisions;
  }

  /** What is known of the way to each receiver that has reported. */
  conditions(): readonly LinkState[] {
    return this.#session.adaptation.conditions();
  }

  /** How well the forecasts of this session were borne out. */
  calibration(): ForecastCalibration {
    return this.#session.adaptation.calibration();
  }

  /** Everything that happens, as it happens: what monitors are given. Listeners must return at once. */
  get onDidPublishEvent(): Event<SessionEvent> {
    return this.#session.onDidPublishEvent;
  }

  /** Fires for everything that a plugin logs (`context.log`). Nothing is written anywhere unless you do. */
  get onDidLog(): Event<PluginLogEntry> {
    return this.#kernel.host.onDidLog;
  }

  /** Every plugin as plain data: state, timings, faults, what loaded it, what its policies and forecasters decided. */
  inspectPlugins(): PluginReport[] {
    return inspectPlugins(this.#kernel.host);
  }

  /**
   * Takes a plugin out of use, at once: what is being said goes on with fallbacks, what comes next with another plugin
   * that provides the same, or with fallbacks too.
   *
   * @throws EloquenceError `OPTION_INVALID` for a name that is not that of a plugin, `DISPOSED`; an `AggregateError`
   * if the plugin did not end well
   */
  disablePlugin(pluginId: string): Promise<void> {
    return this.#kernel.host.disable(pluginId);
  }

  /**
   * Puts a plugin back, its faults forgiven: the next utterance uses it.
   *
   * @throws EloquenceError `OPTION_INVALID` for a name that is not that of a plugin, `DISPOSED`
   */
  enablePlugin(pluginId: string): Promise<void> {
    return this.#kernel.host.enable(pluginId);
  }

  /**
   * Chooses which of several plugins provides an id from the next utterance on, or takes the choice back.
   *
   * @throws EloquenceError `CONFIGURATION_INVALID` if the plugin does not contribute the id, `DISPOSED`
   */
  choosePlugin(point: ContributionPointName, id: string, pluginId: string | undefined): Promise<void> {
    return this.#kernel.host.choose(point, id, pluginId);
  }

  /** Every plugin and its state. */
  plugins(): readonly PluginInfo[] {
    return this.#kernel.host.plugins();
  }

  /**
   * Finds the receivers and opens the lane. Calling it again gives the same promise; after a failure it tries again.
   *
   * @throws EloquenceError `LANE_UNAVAILABLE`, `NO_RECEIVER`, `CONNECTION_LOST`, `PROFILE_UNKNOWN`, `ABORTED`; `DISPOSED`
   * as soon as the streamer is disposed
   */
  initialize(signal?: AbortSignal): Promise<void> {
    this.#opening ??= this.#session.open(signal).catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  /** Says something: text, a stream of text fragments, or PCM. Utterances are heard in the order of these calls. */
  say(input: SpeechInput, options: SpeakOptions = {}): Utterance {
    if (options.scenario !== undefined) checkedScenario(options.scenario);
    return this.#session.say(input, options);
  }

  /**
   * Says a text and waits until it has been heard.
   *
   * @throws EloquenceError if it could not be spoken in full
   */
  async streamTextToAudioAdaptive(
    text: string | AsyncIterable<string>,
    options?: SpeakOptions,
  ): Promise<UtteranceMetrics> {
    if (this.#opening === undefined) {
      throw new EloquenceError('LANE_UNAVAILABLE', 'The streamer is not initialised.', {
        hint: 'Await initialize() first.',
      });
    }
    await this.#opening;
    return this.say(text, options).done;
  }

  /** Barge-in: cancels what is being said and all that waits. */
  cancelAll(): void {
    this.#session.cancelAll();
  }

  /** Ends everything. The room stays connected: it belongs to the caller. */
  async dispose(): Promise<void> {
    this.#session.dispose();
    await this.#kernel.dispose();
  }
}

/** Told even if nobody listens to events: otherwise it would show with the first text, and perhaps in production only. */
function warnOfVoice(ttsEngine: string, { code, message, hint = '' }: EventError): void {
  process.emitWarning(`The voice '${ttsEngine}' cannot be loaded: ${message}`, {
    type: 'EloquenceWarning',
    code,
    detail: `${hint} Where only PCM is said, preloadVoice: false does without it.`.trimStart(),
  });
}
