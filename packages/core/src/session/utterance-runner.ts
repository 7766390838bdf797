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
  type StreamSettings,
  type WordTiming,
  abortedError,
  toDisposable,
  toEloquenceError,
} from '@eloquence/plugin-api';
import { Framer, type PcmFrame } from '../audio/framer.js';
import { BatchGatherer } from './batch-gatherer.js';
import type { Guard } from '../plugins/guard.js';
import { FrameEncoder } from './frame-encoder.js';
import { LinkSummary } from './link-summary.js';
import { SourceLog } from './source-log.js';
import { untilAborted } from './until-aborted.js';
import type { DefaultUtterance } from './utterance.js';

/** Longest run of work without letting timers and network events have their turn, ms. */
const longestTurnMs = 4;

/** Speech that is there, encoded or not, without the source being waited for, above which the encoder hurries, ms. */
const hurryAboveMs = 400;

/** Speech whose words are told together, ms: little at first, when there is no lead yet, then more each time. */
const firstWordGatherMs = 200;
const longestWordGatherMs = 1600;

/** Silence after the last sample, ms: what a codec's look-ahead holds back must come out (6.5 ms for Opus). */
const codecTailMs = 7;

export interface RunnerOptions {
  readonly clock: Clock;
  readonly lane: Lane;
  readonly sampleRateHz: number;
  readonly settings: StreamSettings;
  /** Absent where the plugin is out of order: the built-in fallback takes its place. */
  readonly codec?: CodecFactory;
  readonly codecGuard?: Guard;
  readonly batcher?: Batcher;
  readonly batcherGuard?: Guard;
  /** Told when the utterance is open on the lane; what it gives is disposed with the run. */
  readonly onDidOpen?: (laneUtterance: LaneUtterance) => Disposable;
  /** Lets everything else that waits on the event loop have its turn. */
  readonly yieldTurn: () => Promise<void>;
}

/** The way of the audio for one utterance: PCM in, frames, batches, lane. */
export class UtteranceRunner implements Disposable {
  readonly source = new SourceLog();
  readonly link = new LinkSummary();
  readonly #options: RunnerOptions;
  readonly #utterance: DefaultUtterance;
  readonly #owned = new DisposableStore();
  /** Aborted when the utterance is, and when the lane ends it: nothing is waited for then. */
  readonly #halt = new AbortController();
  readonly #framer: Framer;
  #lane: LaneUtterance | undefined;
  #encoder: FrameEncoder | undefined;
  #gatherer: BatchGatherer | undefined;
  #firstPcmAtMs: number | undefined;
  #waitingMs = 0;
  #sendingMs = 0;
  /** Speech that the source has handed over in a row without being waited for, ms, and where that began. */
  #readyMs = 0;
  #untoldWords: WordTiming[] = [];
  #gatherWordsMs = firstWordGatherMs;
  #readyFromMs = 0;
  #turnStartedAtMs = 0;

  constructor(utterance: DefaultUtterance, options: RunnerOptions) {
    this.#utterance = utterance;
    this.#options = options;
    const onAbort = (): void => this.#halt.abort(utterance.signal.reason);
    if (utterance.signal.aborted) onAbort();
    else utterance.signal.addEventListener('abort', onAbort, { once: true });
    this.#owned.add(toDisposable(() => utterance.signal.removeEventListener('abort', onAbort)));
    const frameMs = takesFrames(options.lane) ? options.settings.codec.frameMs : 20;
    this.#framer = new Framer({ sampleRateHz: options.sampleRateHz, frameMs });
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
    const { clock } = this.#options;
    const { signal } = this.#halt;
    this.#createEncoder();
    const iterator = chunks[Symbol.asyncIterator]();
    let failure: EloquenceError | undefined;
    let isExhausted = false;
    try {
      for (;;) {
        const askedAtMs = clock.nowMs();
        let next: IteratorResult<PcmChunk>;
        try {
          next = await untilAborted(iterator.next(), signal);
        } catch (error) {
          signal.throwIfAborted();
          isExhausted = true;
          failure = toEloquenceError(error, 'TTS_FAILED');
          break;
        }
        const nowMs = clock.nowMs();
        if (this.#firstPcmAtMs !== undefined) this.#waitingMs += nowMs - askedAtMs;
        const hadToWait = nowMs - askedAtMs > 0.5;
        if (hadToWait) this.#turnStartedAtMs = nowMs;
        this.#readyMs = hadToWait ? 0 : this.audioMs - this.#readyFromMs;
        if (hadToWait) this.#readyFromMs = this.audioMs;
        if (next.done === true) {
          isExhausted = true;
          break;
        }
        // What is no chunk at all is refused by the framer.
        if ((next.value as Partial<PcmChunk> | undefined)?.samples?.length === 0) continue;
        if (this.#firstPcmAtMs === undefined) this.#begin(nowMs);
        this.source.addPiece(nowMs - (this.#firstPcmAtMs ?? nowMs), this.audioMs);
        try {
          this.#framer.push(next.value);
        } catch (error) {
          failure = toEloquenceError(error, 'PCM_INVALID');
          break;
        }
        await this.#drain();
      }
      await this.#end();
      return failure;
    } finally {
      if (!isExhausted) close(iterator);
    }
  }

  /**
   * Uses other settings from the next frame, and the next packet, on. The codec and the batcher stay; frames that the
   * codec cannot make keep their duration.
   */
  applySettings(settings: StreamSettings): void {
    if (this.#lane === undefined) return;
    if (this.#encoder === undefined || this.#gatherer === undefined) {
      this.#lane.applySettings(settings);
      return;
    }
    const { frameMs } = settings.codec;
    const isFrameKnown = this.#options.codec?.frameDurationsMs.includes(frameMs) ?? true;
    const codec = isFrameKnown ? settings.codec : { ...settings.codec, frameMs: this.#framer.frameMs };
    this.#framer.frameMs = codec.frameMs;
    this.#encoder.configure(codec);
    this.#gatherer.applySettings(settings);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #begin(nowMs: number): void {
    const { lane, settings, sampleRateHz } = this.#options;
    this.#firstPcmAtMs = nowMs;
    this.#turnStartedAtMs = nowMs;
    const codecDelayMs = this.#options.codec === undefined ? 0 : codecTailMs;
    const laneUtterance = lane.openUtterance({ settings, sampleRateHz, firstPcmAtMs: nowMs, codecDelayMs });
    this.#lane = laneUtterance;
    void laneUtterance.played.then((end) => this.#halt.abort(end.error ?? abortedError()));
    this.#owned.add(laneUtterance.onDidStartPlayout((event) => this.#utterance.startPlayout.fire(event)));
    this.#owned.add(
      lane.onDidReport((report) => {
        if (report.generation === laneUtterance.generation) this.link.add(report);
      }),
    );
    if (this.#encoder !== undefined) this.#createGatherer(laneUtterance);
    const opened = this.#options.onDidOpen?.(laneUtterance);
    if (opened !== undefined) this.#owned.add(opened);
  }

  /** Before the source is asked for anything: what this takes, the first sound would wait for. */
  #createEncoder(): void {
    const { lane, settings, sampleRateHz, codec, codecGuard } = this.#options;
    if (!takesFrames(lane)) return;
    this.#encoder = this.#owned.add(
      new FrameEncoder({
        ...(codec && codecGuard ? { codec, guard: codecGuard } : {}),
        settings: settings.codec,
        sampleRateHz,
        maxPayloadBytes: lane.maxPayloadBytes,
        keepsPcm: lane.takesBoth === true,
      }),
    );
  }

  #createGatherer(laneUtterance: LaneUtterance): void {
    const { lane, settings, clock, batcher, batcherGuard } = this.#options;
    this.#gatherer = this.#owned.add(
      new BatchGatherer({
        ...(batcher && batcherGuard ? { batcher, guard: batcherGuard } : {}),
        clock,
        lane: laneUtterance,
        maxPayloadBytes: lane.maxPayloadBytes,
        settings,
      }),
    );
  }

  async #drain(): Promise<void> {
    for (let frame = this.#framer.read(); frame !== undefined; frame = this.#framer.read()) {
      this.#encoder?.setHurried(this.#readyMs + this.#framer.endMs - frame.startMs > hurryAboveMs);
      await this.#send(frame.samples, frame.endsPhrase);
      this.#tellWords(frame);
      this.#halt.signal.throwIfAborted();
      if (this.#options.clock.nowMs() - this.#turnStartedAtMs > longestTurnMs) {
        await this.#options.yieldTurn();
        this.#turnStartedAtMs = this.#options.clock.nowMs();
      }
    }
  }

  /** Gathers words, so that they cost few packets, and tells the first ones soon. */
  #tellWords({ words, endsPhrase }: PcmFrame): void {
    if (this.#lane?.writeWords === undefined) return;
    for (const word of words) this.#untoldWords.push(word);
    const first = this.#untoldWords[0];
    if (first === undefined) return;
    if (!endsPhrase && this.#framer.endMs - first.startMs < this.#gatherWordsMs) return;
    this.#gatherWordsMs = Math.min(longestWordGatherMs, 2 * this.#gatherWordsMs);
    this.#lane.writeWords(this.#untoldWords);
    this.#untoldWords = [];
  }

  async #send(pcm: Int16Array, endsPhrase: boolean): Promise<void> {
    if (this.#encoder === undefined || this.#gatherer === undefined) {
      await untilAborted((this.#lane as LaneUtterance).writePcm(pcm), this.#halt.signal);
      return;
    }
    const frames = this.#encoder.encode(pcm);
    for (const [at, frame] of frames.entries()) {
      this.source.addFrame(frame.format.frameMs, frame.payload.length);
      this.#utterance.encodeFrame.fire(frame);
      await untilAborted(
        this.#gatherer.add(frame, endsPhrase && at === frames.length - 1),
        this.#halt.signal,
      );
    }
  }

  async #end(): Promise<void> {
    const { clock, sampleRateHz, lane } = this.#options;
    const tailMs = takesFrames(lane) ? codecTailMs : 0;
    this.#framer.end(tailMs);
    if (this.#lane === undefined) return;
    await this.#drain();
    await untilAborted(this.#gatherer?.finish() ?? Promise.resolve(), this.#halt.signal);
    const tailSamples = Math.min(this.#framer.paddedSamples, Math.round((tailMs * sampleRateHz) / 1000));
    this.#lane.end(this.#framer.samplesOut + tailSamples);
    this.#sendingMs = clock.nowMs() - (this.#firstPcmAtMs ?? clock.nowMs()) - this.#waitingMs;
  }
}

function takesFrames(lane: Lane): boolean {
  return lane.takesBoth === true || lane.kind === 'data';
}

/** Not awaited: an engine stuck in its own work must not hold up a barge-in. */
function close(iterator: AsyncIterator<unknown>): void {
  // Its errors have no reader: the utterance ended for another reason.
  const ignore = (): void => undefined;
  try {
    Promise.resolve(iterator.return?.()).catch(ignore);
  } catch {
    ignore();
  }
}
