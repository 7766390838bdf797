import type { Clock, CodecFactory, EloquenceError } from '@eloquence/plugin-api';
import type { HeldFrame } from '../buffer/frame-store.js';
import type { AudioSink } from './audio-sink.js';
import { GuardedSink } from './guarded-sink.js';
import { BlockReader, type ReadBlock } from '../decode/block-reader.js';
import type { LengthRequest } from '../policy/clock-drift.js';
import { FrameDecoder } from '../decode/frame-decoder.js';
import { BufferPace, type Pace, PlayoutClock } from '../schedule/pace.js';
import { SinkLedger } from './sink-ledger.js';
import type { Utterance } from '../depacketize/utterance.js';

export interface SpeechOutputOptions {
  readonly clock: Clock;
  readonly sink: AudioSink;
  readonly codecs: ReadonlyMap<string, CodecFactory>;
  readonly blockMs: number;
  readonly onFrame: (utterance: Utterance, frame: HeldFrame) => void;
  readonly onFault: (error: EloquenceError) => void;
  /** Whether the next frame is to be heard longer or shorter; without it, nothing is made up either. */
  readonly evaluateLength?: (utterance: Utterance) => LengthRequest;
}

/** The way from frames to the sink: decodes, cuts into blocks, hands over, and knows what of that has been heard. */
export class SpeechOutput {
  readonly pace: Pace;
  readonly #options: SpeechOutputOptions;
  readonly #sink: GuardedSink;
  readonly #decoder: FrameDecoder;
  readonly #reader: BlockReader;
  readonly #ledger = new SinkLedger();
  #frames: [Utterance, HeldFrame][] = [];

  constructor(options: SpeechOutputOptions) {
    this.#options = options;
    this.#sink = new GuardedSink(options.sink, options.onFault);
    const { clock, codecs, onFault, evaluateLength } = options;
    this.#decoder = new FrameDecoder({ codecs, clock, onFault });
    this.#reader = new BlockReader({
      blockMs: options.blockMs,
      decode: (frame) => this.#decoder.decode(frame),
      ...(evaluateLength && {
        conceal: (header, sampleCount) => this.#decoder.conceal(header, sampleCount),
        evaluateLength,
      }),
      onFrame: (utterance, frame, durationMs) => {
        this.#frames.push([utterance, frame]);
        if (this.pace.isAhead) this.#ledger.add(frame.index, durationMs);
      },
    });
    const { buffer } = options.sink;
    this.pace = buffer === undefined ? new PlayoutClock() : new BufferPace(buffer);
  }

  get decodeFaults(): number {
    return this.#decoder.faults;
  }

  get sinkFaults(): number {
    return this.#sink.faults;
  }

  /** The speech pauses where playout is. */
  get isQuiet(): boolean {
    return this.#reader.isQuiet;
  }

  /** What has been filled of the gap at hand, ms. */
  get filledMs(): number {
    return this.#reader.filledMs;
  }

  /** Decoded and not heard yet, ms: in a block being made, or in the sink. */
  pendingMs(utterance: Utterance): number {
    return this.#reader.pendingMs + this.#queuedMs(utterance);
  }

  /** The frame that is heard next: what a sink holds in its buffer has not been heard. */
  heardFrame(utterance: Utterance): number {
    if (!this.pace.isAhead) return utterance.frames.playhead;
    const notHeardMs = this.pendingMs(utterance) + this.pace.latencyMs();
    return this.#ledger.playhead(notHeardMs, utterance.frames.playhead);
  }

  start(nowMs: number): void {
    this.pace.start(nowMs);
    this.#ledger.reset();
  }

  read(utterance: Utterance): ReadBlock | 'starved' | 'done' {
    return this.#reader.read(utterance);
  }

  write(utterance: Utterance, block: ReadBlock, atMs?: number): void {
    const { samples, sampleRateHz, kind, firstFrame, positionMs } = block;
    const { utteranceSequence } = utterance;
    const dueMs = atMs ?? this.pace.nextDueMs(this.#options.clock.nowMs());
    this.#sink.write({ samples, sampleRateHz, kind, atMs: dueMs, utteranceSequence, firstFrame, positionMs });
  }

  /** Makes up audio for a gap; false if the decoder cannot. */
  fillGap(utterance: Utterance): boolean {
    const filledMs = this.#reader.fillGap(utterance);
    if (this.pace.isAhead) this.#ledger.extend(filledMs);
    return filledMs > 0;
  }

  /** Takes back what has been handed over from a frame on, as far as the sink still holds it. */
  takeBack(frame: number): void {
    const dropMs = this.#ledger.takeBack(frame) - this.#reader.pendingMs;
    // What lies before the frame may be in a block that is being made: less than a block is let through.
    if (dropMs <= 0) return;
    this.#reader.reset();
    this.#sink.takeBack(dropMs);
  }

  /**
   * Fades out what sounds.
   *
   * @returns until when a block that fades out is heard; `undefined` if the sink fades out itself
   */
  fallSilent(utterance: Utterance, nowMs: number): number | undefined {
    let untilMs: number | undefined;
    if (this.pace.isAhead) {
      // What comes next here is far ahead of what such a sink sounds.
      utterance.progress.withdrawnAtFrame = this.heardFrame(utterance);
      this.#sink.clear();
    } else if (utterance.progress.state === 'playing') {
      this.#sink.clear();
      const block = this.#reader.readFadeOut(utterance);
      if (block !== undefined) {
        const atMs = Math.max(nowMs, this.pace.nextDueMs(nowMs));
        this.write(utterance, block, atMs);
        untilMs = atMs + block.durationMs;
      }
    }
    this.reset();
    return untilMs;
  }

  /** Forgets what is half made, and what was handed over of the utterance that has ended. */
  reset(): void {
    this.#ledger.reset();
    this.#reader.reset();
    this.#decoder.reset();
  }

  finishUtterance(): void {
    this.#sink.finishUtterance();
  }

  end(): void {
    this.#sink.end();
  }

  /** Frames are told only when no block is half made, since a listener may flush or dispose. */
  emitFrames(): void {
    while (this.#frames.length > 0) {
      const frames = this.#frames;
      this.#frames = [];
      for (const [utterance, frame] of frames) this.#options.onFrame(utterance, frame);
    }
  }

  #queuedMs(utterance: Utterance): number {
    return utterance.progress.state === 'playing' ? this.pace.queuedMs() : 0;
  }
}
