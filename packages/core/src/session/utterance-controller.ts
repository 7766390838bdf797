import {
  type Clock,
  EloquenceError,
  type Lane,
  type LaneUtteranceEnd,
  type UtteranceMetrics,
  toEloquenceError,
} from '@eloquence/plugin-api';
import type { SessionBus } from '../monitoring/session-bus.js';
import { AbortableWait } from '@eloquence/text';
import type { SessionAdaptation } from './adaptation/session-adaptation.js';
import type { FaultLog } from './fault-log.js';
import type { AudioPipeline } from './audio-pipeline.js';
import type { AudioPipelineFactory } from './audio-pipeline-factory.js';
import type { SessionSettings } from './session-settings.js';
import type { SessionVoice } from './session-voice.js';
import { untilAborted } from './until-aborted.js';
import type { DefaultUtterance } from './utterance.js';
import { buildUtteranceMetrics, isDelivered } from './utterance-metrics.js';

/** Longest wait for the lane to tell how an utterance ended, after its pipeline failed, ms. */
const laneEndLimitMs = 2000;

export interface UtteranceControllerOptions {
  readonly clock: Clock;
  readonly settings: SessionSettings;
  readonly voice: SessionVoice;
  readonly pipelines: AudioPipelineFactory;
  readonly adaptation: SessionAdaptation;
  readonly bus: SessionBus;
  readonly lane: Lane;
  readonly faults: FaultLog;
  /** The utterance was cancelled before anything of it was handed to the lane. */
  readonly finishUnsent: (utterance: DefaultUtterance) => void;
  /** Called for an utterance that was spoken in full or cancelled. */
  readonly onDidEnd: (metrics: UtteranceMetrics) => void;
}

type MetricsOf = (end: LaneUtteranceEnd) => UtteranceMetrics;

/** Takes one utterance from its turn to its end: profile, pipeline, delivery, playout, metrics. */
export class UtteranceController {
  readonly #options: UtteranceControllerOptions;

  constructor(options: UtteranceControllerOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the next utterance may begin: this one is delivered, or over. How it ended is told by the utterance.
   *
   * @throws EloquenceError what made it impossible to begin
   */
  async speak(utterance: DefaultUtterance): Promise<void> {
    utterance.markSpeaking();
    const { pipeline, metricsOf } = await this.#prepare(utterance);
    let failure: EloquenceError | undefined;
    try {
      const chunks = await untilAborted(this.#options.voice.chunksOf(utterance), utterance.signal);
      failure = await pipeline.run(chunks);
      this.#options.adaptation.loop.noteSent();
    } catch (error) {
      // The next one need not wait until it is known how far this one was heard.
      void this.#endEarly(utterance, pipeline, error, metricsOf);
      return;
    }
    const spoken = pipeline.laneUtterance;
    if (spoken === undefined) {
      pipeline.dispose();
      throw failure ?? nothingToSay();
    }
    const onAbort = (): void => spoken.cancel();
    utterance.signal.addEventListener('abort', onAbort, { once: true });
    if (utterance.signal.aborted) spoken.cancel();
    const delivered = await spoken.delivered;
    if (delivered.outcome === 'complete' && failure === undefined)
      utterance.markDelivered(metricsOf(delivered));
    void spoken.played.then((end) => {
      utterance.signal.removeEventListener('abort', onAbort);
      // A failed source: what came before it failed has been heard, now the failure is told.
      if (failure !== undefined && isDelivered(end)) utterance.fail(failure, metricsOf(end));
      else this.#settle(utterance, end, metricsOf(end));
      pipeline.dispose();
    });
  }

  /** Chooses the profile, and connects the pipeline with the lane and with adaptation. */
  async #prepare(utterance: DefaultUtterance): Promise<{ pipeline: AudioPipeline; metricsOf: MetricsOf }> {
    const { settings, pipelines, adaptation, bus, lane } = this.#options;
    const faults = this.#options.faults.begin();
    let chosen = await adaptation.begin({
      utteranceId: utterance.id,
      profile: utterance.options.profile ?? settings.profile,
      scenario: utterance.options.scenario ?? settings.scenario ?? 'conversation',
      labels: utterance.options.labels,
    });
    const { kind } = lane;
    const { batcherId } = chosen.settings;
    const pipeline = await pipelines.create(utterance, chosen, lane, (laneUtterance) =>
      adaptation.loop.watch({
        lane,
        laneUtterance,
        apply: (next) => {
          chosen = next;
          pipeline.applySettings(next);
        },
      }),
    );
    bus.publish('utteranceStart', {
      utteranceId: utterance.id,
      lane: kind,
      profile: chosen.profile.id,
      codec: pipeline.codecId,
      batcher: batcherId,
    });
    const metricsOf: MetricsOf = (end) =>
      buildUtteranceMetrics({
        utteranceId: utterance.id,
        lane: kind,
        profile: chosen.profile.id,
        codec: pipeline.codecId,
        batcher: batcherId,
        audioMs: pipeline.audioMs,
        firstPcmAtMs: pipeline.firstPcmAtMs,
        busyMs: pipeline.sendingMs,
        source: pipeline.source,
        link: pipeline.link,
        end,
        faults: faults(),
      });
    return { pipeline, metricsOf };
  }

  /** The lane gave up, the utterance was aborted, or something on the way of the audio is broken. */
  async #endEarly(
    utterance: DefaultUtterance,
    pipeline: AudioPipeline,
    error: unknown,
    metricsOf: MetricsOf,
  ): Promise<void> {
    const spoken = pipeline.laneUtterance;
    const isAborted = utterance.signal.aborted;
    try {
      if (spoken === undefined) {
        if (isAborted) this.#options.finishUnsent(utterance);
        else utterance.fail(toEloquenceError(error, 'TTS_FAILED'));
        return;
      }
      // Nothing is left to run once the lane itself gave up.
      spoken.cancel();
      const wait = new AbortableWait(this.#options.clock, undefined);
      const end = await wait.for(spoken.played, laneEndLimitMs);
      if (isAborted && end) this.#settle(utterance, end, metricsOf(end));
      else utterance.fail(end?.error ?? toEloquenceError(error), end && metricsOf(end));
    } finally {
      pipeline.dispose();
    }
  }

  #settle(utterance: DefaultUtterance, end: LaneUtteranceEnd, metrics: UtteranceMetrics): void {
    if (end.outcome === 'failed') {
      utterance.fail(
        end.error ?? new EloquenceError('DELIVERY_INCOMPLETE', 'The utterance was not delivered in full.'),
        metrics,
      );
      return;
    }
    utterance.finish(metrics);
    this.#options.onDidEnd(metrics);
  }
}

function nothingToSay(): EloquenceError {
  return new EloquenceError(
    'TEXT_EMPTY',
    'There is nothing to say: the voice produced no sound for this text.',
  );
}
