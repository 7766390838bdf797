import { DisposableStore } from '@eloquence/base';
import {
  type Batcher,
  type Clock,
  type CodecFactory,
  type Disposable,
  type EloquenceError,
  type Lane,
  type LaneUtterance,
  type PcmChunk,
  type ReceiverSettings,
  type StreamSettings,
  abortedError,
  toDisposable,
  toEloquenceError,
} from '@eloquence/plugin-api';
import type { Framer, FramerOptions } from '@eloquence/pcm';
import type { Guard } from '../plugins/guard.js';
import type { ChosenSettings } from './adaptation/adaptation-loop.js';
import type { CreateFrameBatcher, FrameBatcher } from './frame-batcher.js';
import type { CreateFrameEncoder, FrameEncoder } from './frame-encoder.js';
import { LinkSummary } from './delivery-efficiency.js';
import { SourceLog } from './source-log.js';
import { SourceReader, type SourceReading } from './source-reader.js';
import { untilAborted } from './until-aborted.js';
import type { DefaultUtterance } from './utterance.js';
import { WordFeed } from './word-feed.js';

/** Longest run of work without letting timers and network events have their turn, ms. */
const longestTurnMs = 4;

/** Speech that is there, encoded or not, without the source being waited for, above which the encoder hurries, ms. */
const hurryAboveMs = 400;

/** Silence after the last sample, ms: what a codec's look-ahead holds back must come out (6.5 ms for Opus). */
const codecTailMs = 7;

/** Cuts the PCM of one utterance into frames. */
export type CreateFramer = (options: FramerOptions) => Framer;

export interface AudioPipelineOptions {
  readonly clock: Clock;
  readonly lane: Lane;
  readonly sampleRateHz: number;
  readonly settings: StreamSettings;
  /** Receivers with settings of their own. */
  readonly receiverSettings: readonly ReceiverSettings[];
  /** Absent where the plugin is out of order: the built-in fallback takes its place. */
  readonly codec: CodecFactory | undefined;
  readonly codecGuard: Guard | undefined;
  readonly batcher: Batcher | undefined;
  readonly batcherGuard: Guard | undefined;
  readonly createFramer: CreateFramer;
  readonly createEncoder: CreateFrameEncoder;
  readonly createBatcher: CreateFrameBatcher;
  /** Told when the utterance is open on the lane; what it gives is disposed with the pipeline. */
  readonly onDidOpen: (laneUtterance: LaneUtterance) => Disposable;
  /** Lets everything else that waits on the event loop have its turn. */
  readonly yieldTurn: () => Promise<void>;
}

/** The way of the audio for one utterance: PCM in, frames, batches, lane. */
export class AudioPipeline implements Disposable {
  readonly source = new SourceLog();
  readonly link = new LinkSummary();
  readonly #options: AudioPipelineOptions;
  readonly #utterance: DefaultUtterance;
  readonly #owned = new DisposableStore();
  /** Aborted when the utterance is, and when the lane ends it: nothing is waited for then. */
  readonly #halt = new AbortController();
  readonly #framer: Framer;
  #lane: LaneUtterance | undefined;
  #words: WordFeed | undefined;
  #encoder: FrameEncoder | undefined;
  #batcher: FrameBatcher | undefined;
  #firstPcmAtMs: number | undefined;
  #waitingMs = 0;
  #sendingMs = 0;
  /** Speech that the source has handed over in a row without being waited for, ms, and where that began. */
  #readyMs = 0;
  #readyFromMs = 0;
  #turnStartedAtMs = 0;

  constructor(utterance: DefaultUtterance, options: AudioPipelineOptions) {
    this.#utterance = utterance;
    this.#options = options;
    const onAbort = (): void => this.#halt.abort(utterance.signal.reason);
    if (utterance.signal.aborted) onAbort();
    else utterance.signal.addEventListener('abort', onAbort, { once: true });
    this.#owned.add(toDisposable(() => utterance.signal.removeEventListener('abort', onAbort)));
    const frameMs = options.lane.capabilities.frames ? options.settings.codec.frameMs : 20;
    this.#framer = options.createFramer({ sampleRateHz: options.sampleRateHz, frameMs });
  }

  /** The utterance on the lane; absent until the first PCM came. */
  get laneUtterance(): LaneUtterance | undefined {
    return this.#lane;
  }

  get firstPcmAtMs(): number | undefined {
    return this.#firstPcmAtMs;
  }

  /** Time spent sending, beyond waiting for the source, ms. */
  get sendingMs(): number {
    return this.#sendingMs;
  }

  /** Duration of the speech handed over so far, ms. */
  get audioMs(): number {
    return this.#framer.endMs;
  }

  get codecId(): string {
    return this.#encoder?.codecId ?? this.#options.settings.codec.codecId;
  }

  /**
   * Takes the whole source and hands it to the lane. Rejects when the lane ends the utterance, or the utterance is
   * aborted.
   *
   * @returns what went wrong with the source; all that came before is handed to the lane even so
   */
  async run(chunks: AsyncIterable<PcmChunk>): Promise<EloquenceError | undefined> {
    this.#createEncoder();
    const reader = new SourceReader(chunks, this.#options.clock, this.#halt.signal);
    try {
      for (;;) {
        const reading = await reader.read();
        let { failure } = reading;
        if (failure === undefined) {
          this.#noteWait(reading);
          failure = reading.isOver ? undefined : this.#cut(reading);
        }
        const isLast = failure !== undefined || reading.isOver;
        if (isLast) this.#framer.end(this.#tailMs);
        await this.#sendFrames();
        if (!isLast) continue;
        await this.#end();
        return failure;
      }
    } finally {
      reader.close();
    }
  }

  /**
   * Uses other settings from the next frame, and the next packet, on. The codec and the batcher stay; frames that the
   * codec cannot make keep their duration.
   */
  applySettings({ settings, receiverSettings }: Omit<ChosenSettings, 'profile'>): void {
    if (this.#lane === undefined) return;
    if (this.#encoder === undefined || this.#batcher === undefined) {
      this.#lane.applySettings(settings, receiverSettings);
      return;
    }
    const { frameMs } = settings.codec;
    const isFrameKnown = this.#options.codec?.frameDurationsMs.includes(frameMs) ?? true;
    const codec = isFrameKnown ? settings.codec : { ...settings.codec, frameMs: this.#framer.frameMs };
    this.#framer.frameMs = codec.frameMs;
    this.#encoder.configure(codec);
    this.#batcher.applySettings(settings, receiverSettings);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #noteWait({ atMs, waitedMs, hadToWait }: SourceReading): void {
    if (this.#firstPcmAtMs !== undefined) this.#waitingMs += waitedMs;
    this.#readyMs = hadToWait ? 0 : this.audioMs - this.#readyFromMs;
    if (!hadToWait) return;
    this.#turnStartedAtMs = atMs;
    this.#readyFromMs = this.audioMs;
  }

  /** Hands a piece to the framer. Gives what is wrong with the piece, if anything. */
  #cut({ atMs, chunk }: SourceReading): EloquenceError | undefined {
    // What is no chunk at all is refused by the framer.
    if ((chunk as Partial<PcmChunk> | undefined)?.samples?.length === 0) return undefined;
    if (this.#firstPcmAtMs === undefined) this.#begin(atMs);
    this.source.addPiece(atMs - (this.#firstPcmAtMs ?? atMs), this.audioMs);
    try {
      this.#framer.push(chunk as PcmChunk);
    } catch (error) {
      return toEloquenceError(error, 'PCM_INVALID');
    }
    return undefined;
  }

  #begin(nowMs: number): void {
    const { lane, settings, receiverSettings, sampleRateHz } = this.#options;
    this.#firstPcmAtMs = nowMs;
    this.#turnStartedAtMs = nowMs;
    const codecDelayMs = this.#options.codec === undefined ? 0 : codecTailMs;
    const laneUtterance = lane.openUtterance({
      ...{ settings, receiverSettings, sampleRateHz, codecDelayMs },
      firstPcmAtMs: nowMs,
    });
    this.#lane = laneUtterance;
    this.#words = new WordFeed(laneUtterance);
    void laneUtterance.played.then((end) => this.#halt.abort(end.error ?? abortedError()));
    this.#owned.add(laneUtterance.onDidStartPlayout((event) => this.#utterance.startPlayout.fire(event)));
    this.#owned.add(
      lane.onDidReport((report) => {
        if (report.utteranceSequence === laneUtterance.utteranceSequence) this.link.add(report);
      }),
    );
    if (this.#encoder !== undefined) this.#createBatcher(laneUtterance);
    this.#owned.add(this.#options.onDidOpen(laneUtterance));
  }

  /** Before the source is asked for anything: what this takes, the first sound would wait for. */
  #createEncoder(): void {
    const { lane, settings, sampleRateHz, codec, codecGuard } = this.#options;
    if (!lane.capabilities.frames) return;
    this.#encoder = this.#owned.add(
      this.#options.createEncoder({
        codec,
        guard: codecGuard,
        settings: settings.codec,
        sampleRateHz,
        maxPayloadBytes: lane.maxPayloadBytes,
        keepsPcm: lane.capabilities.pcm,
      }),
    );
  }

  #createBatcher(laneUtterance: LaneUtterance): void {
    const { lane, settings, clock, batcher, batcherGuard, createBatcher } = this.#options;
    const { maxPayloadBytes } = lane;
    this.#batcher = this.#owned.add(
      createBatcher({ batcher, guard: batcherGuard, clock, lane: laneUtterance, maxPayloadBytes, settings }),
    );
  }

  /** Silence after the last sample, ms: raw PCM needs none. */
  get #tailMs(): number {
    return this.#options.lane.capabilities.frames ? codecTailMs : 0;
  }

  /** Hands every frame that is complete to the batcher, or as PCM to the lane. */
  async #sendFrames(): Promise<void> {
    if (this.#lane === undefined) return;
    for (let frame = this.#framer.read(); frame !== undefined; frame = this.#framer.read()) {
      if (this.#encoder === undefined || this.#batcher === undefined) {
        await untilAborted(this.#lane.writePcm(frame.samples), this.#halt.signal);
      } else {
        this.#encoder.setHurried(this.#readyMs + this.#framer.endMs - frame.startMs > hurryAboveMs);
        const encoded = this.#encoder.encode(frame.samples);
        for (const [at, piece] of encoded.entries()) {
          this.source.addFrame(piece.format.frameMs, piece.payload.length);
          this.#utterance.encodeFrame.fire(piece);
          const endsPhrase = frame.endsPhrase && at === encoded.length - 1;
          await untilAborted(this.#batcher.add(piece, endsPhrase), this.#halt.signal);
        }
      }
      this.#words?.add(frame, this.#framer.endMs);
      this.#halt.signal.throwIfAborted();
      if (this.#options.clock.nowMs() - this.#turnStartedAtMs > longestTurnMs) {
        await this.#options.yieldTurn();
        this.#turnStartedAtMs = this.#options.clock.nowMs();
      }
    }
  }

  async #end(): Promise<void> {
    const { clock, sampleRateHz } = this.#options;
    if (this.#lane === undefined) return;
    await untilAborted(this.#batcher?.finish() ?? Promise.resolve(), this.#halt.signal);
    const tailSamples = Math.min(
      this.#framer.paddedSamples,
      Math.round((this.#tailMs * sampleRateHz) / 1000),
    );
    this.#lane.end(this.#framer.samplesOut + tailSamples);
    this.#sendingMs = clock.nowMs() - (this.#firstPcmAtMs ?? clock.nowMs()) - this.#waitingMs;
  }
}
