import type { AudioSink, PlayoutBlock, SinkBuffer } from './audio-sink.js';
import { StreamResampler } from './stream-resampler.js';

/** The sample rate of a sink: the one that was asked for, or that of the first block. Streams of one sink share it. */
export interface SinkRate {
  sampleRateHz?: number | undefined;
}

/** Gives a sink blocks of one sample rate, whatever rates the utterances and lanes of a stream have. */
export function createOneRateSink(sink: AudioSink, rate: SinkRate): AudioSink {
  return new OneRateSink(sink, rate);
}

class OneRateSink implements AudioSink {
  readonly buffer?: SinkBuffer;
  readonly #sink: AudioSink;
  readonly #rate: SinkRate;
  #fromHz = 0;
  #resampler: StreamResampler | undefined;
  #lastBlock: PlayoutBlock | undefined;

  constructor(sink: AudioSink, rate: SinkRate) {
    this.#sink = sink;
    this.#rate = rate;
    if (sink.buffer !== undefined) this.buffer = sink.buffer;
  }

  write(block: PlayoutBlock): void {
    const { samples, sampleRateHz, utteranceSequence } = block;
    const toHz = (this.#rate.sampleRateHz ??= sampleRateHz);
    if (sampleRateHz !== this.#fromHz || utteranceSequence !== this.#lastBlock?.utteranceSequence)
      this.#finish();
    if (sampleRateHz !== this.#fromHz) {
      this.#fromHz = sampleRateHz;
      this.#resampler = sampleRateHz === toHz ? undefined : new StreamResampler(sampleRateHz, toHz);
    }
    this.#lastBlock = block;
    if (this.#resampler === undefined) this.#sink.write(block);
    else this.#write(this.#resampler.push(samples));
  }

  clear(): void {
    this.#resampler?.reset();
    this.#sink.clear?.();
  }

  takeBack(durationMs: number): void {
    this.#finish();
    this.#sink.takeBack?.(durationMs);
  }

  finishUtterance(): void {
    this.#finish();
    this.#sink.finishUtterance?.();
  }

  end(): void {
    this.#finish();
    this.#sink.end?.();
  }

  #finish(): void {
    if (this.#resampler !== undefined) this.#write(this.#resampler.finish());
  }

  #write(resampled: Float32Array): void {
    if (resampled.length === 0 || this.#lastBlock === undefined) return;
    const samples = Int16Array.from(resampled, toInt16);
    this.#sink.write({ ...this.#lastBlock, samples, sampleRateHz: this.#rate.sampleRateHz! });
  }
}

function toInt16(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768)));
}
