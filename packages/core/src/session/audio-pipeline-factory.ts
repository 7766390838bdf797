import type { Batcher, Clock, Disposable, Lane, LaneUtterance, Profile } from '@eloquence/plugin-api';
import type { PluginHost } from '../plugins/plugin-host.js';
import type { ChosenSettings } from './adaptation/adaptation-loop.js';
import { AudioPipeline, type CreateFramer } from './audio-pipeline.js';
import { type CreateFrameBatcher, isBatchDecision } from './frame-batcher.js';
import type { CreateFrameEncoder } from './frame-encoder.js';
import { loadGuarded } from './load-guarded.js';
import type { SessionSettings } from './session-settings.js';
import type { DefaultUtterance } from './utterance.js';

/** How long a plugin may take for one call, ms: a frame's encoding must stay well below the frame's duration. */
const encodeGuard = { operation: 'encode', budgetMs: 10 };
const warmUpGuard = { operation: 'encode' };
const warmUpFrames = 10;
const decideGuard = { operation: 'decide', budgetMs: 5, isValid: isBatchDecision };

export interface AudioPipelineFactoryOptions {
  readonly host: PluginHost;
  readonly clock: Clock;
  readonly settings: SessionSettings;
  readonly createFramer: CreateFramer;
  readonly createEncoder: CreateFrameEncoder;
  readonly createBatcher: CreateFrameBatcher;
}

/** Makes the way of the audio for each utterance, with the codec and the batcher that its profile names. */
export class AudioPipelineFactory {
  readonly #options: AudioPipelineFactoryOptions;

  constructor(options: AudioPipelineFactoryOptions) {
    this.#options = options;
  }

  /** Loads what the profile names, and lets the codec run: its first frames cost several times the later ones. */
  async warmUp({ settings: { codec, batcherId } }: Profile): Promise<void> {
    const { host, settings, createEncoder } = this.#options;
    const { codecs, batchers } = host.contributions;
    if (batcherId !== '') await loadGuarded(batchers, batcherId, host, decideGuard);
    const loaded = await loadGuarded(codecs, codec.codecId, host, warmUpGuard);
    if (loaded === undefined) return;
    const { sampleRateHz } = settings;
    const encoder = createEncoder({
      codec: loaded.contribution,
      guard: loaded.guard,
      settings: codec,
      sampleRateHz,
      maxPayloadBytes: Number.POSITIVE_INFINITY,
    });
    const frame = new Int16Array(Math.round((codec.frameMs * sampleRateHz) / 1000));
    for (let call = 0; call < warmUpFrames; call++) encoder.encode(frame);
    encoder.dispose();
  }

  /** @param onDidOpen told when the utterance is open on the lane; what it gives is disposed with the pipeline */
  async create(
    utterance: DefaultUtterance,
    chosen: ChosenSettings,
    lane: Lane,
    onDidOpen: (laneUtterance: LaneUtterance) => Disposable,
  ): Promise<AudioPipeline> {
    const { host, clock, createFramer, createEncoder, createBatcher } = this.#options;
    const { sampleRateHz, yieldTurn } = this.#options.settings;
    const { codecs, batchers } = host.contributions;
    const { settings, receiverSettings } = chosen;
    const { codec, batcherId } = settings;
    const loadedCodec = lane.canReceive(codec.codecId)
      ? await loadGuarded(codecs, codec.codecId, host, encodeGuard)
      : undefined;
    const loadedBatcher =
      batcherId === '' ? undefined : await loadGuarded(batchers, batcherId, host, decideGuard);
    const batcher =
      loadedBatcher &&
      host
        .guard(loadedBatcher.guard.pluginId, 'create')
        .run<Batcher | undefined>(() => loadedBatcher.contribution.create(), undefined);
    return new AudioPipeline(utterance, {
      clock,
      lane,
      sampleRateHz,
      settings,
      receiverSettings,
      onDidOpen,
      codec: loadedCodec?.contribution,
      codecGuard: loadedCodec?.guard,
      batcher,
      batcherGuard: batcher && loadedBatcher?.guard,
      createFramer,
      createEncoder,
      createBatcher,
      yieldTurn,
    });
  }
}
