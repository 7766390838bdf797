import { EloquenceError, type PcmChunk, type WordTiming } from '@eloquence/plugin-api';
import { checkPcmChunk, checkPcmRate, frameSampleCount } from './pcm-checks.js';
import { Resampler } from './resampler.js';
import { SampleQueue } from './sample-queue.js';
import { SpeechMarks } from './speech-marks.js';

/** Input samples resampled at once: what is held does not grow with the size of the chunks. */
const resampleStep = 1024;

/** One frame of an utterance, at the session's sample rate. */
export interface PcmFrame {
  /** Position among the utterance's frames, from 0. */
  readonly index: number;
  /** Valid until the next call of any method of the framer: copy what is to be kept. */
  readonly samples: Int16Array;
  /** Where the frame begins in the utterance, ms. */
  readonly startMs: number;
  /** A sentence or phrase ends in this frame. */
  readonly endsPhrase: boolean;
  /** Words that begin in this frame; times count from the start of the utterance. */
  readonly words: readonly WordTiming[];
  /** Samples of silence at the end that make the frame complete; 0 but for the end of the utterance. */
  readonly paddedSamples: number;
}

export interface FramerOptions {
  readonly sampleRateHz: number;
  readonly frameMs: number;
}

/**
 * Cuts the PCM of one utterance, in chunks of any size and sample rate, into frames of one duration and rate.
 *
 * Give a chunk to `push`, then call `read` until it returns `undefined`, and so on; after `end`, read the rest.
 * At most one chunk is held, so memory does not grow with the utterance.
 */
export class Framer {
  readonly sampleRateHz: number;
  #frameMs: number;
  #frameSamples: number;
  readonly #queue: SampleQueue;
  readonly #marks = new SpeechMarks();
  #pending: Int16Array | undefined;
  #resampler: Resampler;
  /** Output samples of the resamplers before the present one. */
  #settledSamples = 0;
  #segmentStartMs = 0;
  #samplesIn = 0;
  #samplesOut = 0;
  #paddedSamples = 0;
  #frames = 0;
  #tailSamples = 0;
  #isEnded = false;

  /** @throws EloquenceError `PCM_INVALID`, `OPTION_INVALID` */
  constructor(options: FramerOptions) {
    checkPcmRate(options.sampleRateHz);
    this.sampleRateHz = options.sampleRateHz;
    this.#frameMs = options.frameMs;
    this.#frameSamples = frameSampleCount(options.sampleRateHz, options.frameMs);
    this.#queue = new SampleQueue(4 * this.#frameSamples);
    this.#resampler = new Resampler(options.sampleRateHz, options.sampleRateHz);
  }

  get frameMs(): number {
    return this.#frameMs;
  }

  /** From the next frame on. @throws EloquenceError `OPTION_INVALID` */
  set frameMs(frameMs: number) {
    this.#frameSamples = frameSampleCount(this.sampleRateHz, frameMs);
    this.#frameMs = frameMs;
  }

  /** Samples taken so far, each at the rate of its chunk. */
  get samplesIn(): number {
    return this.#samplesIn;
  }

  /** Samples of speech given out in frames so far, without padding. */
  get samplesOut(): number {
    return this.#samplesOut;
  }

  /** Silence added at the end. */
  get paddedSamples(): number {
    return this.#paddedSamples;
  }

  get droppedWords(): number {
    return this.#marks.droppedWords;
  }

  /** Where the speech taken so far ends, ms from the start of the utterance. */
  get endMs(): number {
    return (this.#dueSamples() * 1000) / this.sampleRateHz;
  }

  /** Says that word times of the chunks from here on count from this point of the utterance. */
  startSegment(): void {
    this.#segmentStartMs = this.endMs;
  }

  /**
   * Takes a chunk, whose samples belong to the framer until they are read.
   *
   * @throws EloquenceError `PCM_INVALID`; `INTERNAL` after `end` or before the chunk before this one was read.
   */
  push(chunk: PcmChunk): void {
    checkPcmChunk(chunk);
    if (this.#isEnded)
      throw misuse('A chunk was given to a framer after its end.', 'Use one framer per utterance.');
    if (this.#pending !== undefined) {
      throw misuse(
        'A chunk was given to a framer that still holds one.',
        'Call read() until it returns undefined.',
      );
    }
    if (chunk.sampleRateHz !== this.#resampler.fromHz) this.#changeRate(chunk.sampleRateHz);
    if (chunk.words !== undefined) this.#marks.addWords(chunk.words, this.#segmentStartMs);
    this.#samplesIn += chunk.samples.length;
    if (chunk.samples.length > 0) this.#pending = chunk.samples;
    if (chunk.endsPhrase === true && this.#dueSamples() > this.#samplesOut) {
      this.#marks.addPhraseEnd(this.#dueSamples());
    }
  }

  /**
   * Says that no chunk follows. The last frame is filled up with silence.
   *
   * @param tailMs silence to add after the last sample at least, so that a codec's look-ahead does not swallow it.
   */
  end(tailMs = 0): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#tailSamples = Math.ceil((tailMs * this.sampleRateHz) / 1000);
  }

  /** The next frame, or `undefined` if that needs another chunk, or after the last. */
  read(): PcmFrame | undefined {
    const count = this.#frameSamples;
    const direct = this.#takeDirectly(count);
    if (direct !== undefined) return this.#frame(direct, 0);
    this.#fill(count);
    if (this.#queue.length >= count) return this.#frame(this.#queue.take(count), 0);
    if (!this.#isEnded) return undefined;
    return this.#readLast(count);
  }

  /** Without a copy, where a chunk at the session's rate holds the whole frame. */
  #takeDirectly(count: number): Int16Array | undefined {
    const pending = this.#pending;
    if (pending === undefined || pending.length < count || this.#queue.length > 0) return undefined;
    if (this.#resampler.fromHz !== this.sampleRateHz) return undefined;
    this.#pending = pending.length > count ? pending.subarray(count) : undefined;
    return this.#resampler.process(pending.subarray(0, count));
  }

  /** Brings samples of the pending chunk into the queue until it holds `count`. */
  #fill(count: number): void {
    const isResampling = this.#resampler.fromHz !== this.sampleRateHz;
    while (this.#pending !== undefined && this.#queue.length < count) {
      const pending: Int16Array = this.#pending;
      const step = Math.min(pending.length, isResampling ? resampleStep : count - this.#queue.length);
      this.#queue.append(this.#resampler.process(pending.subarray(0, step)));
      this.#pending = pending.length > step ? pending.subarray(step) : undefined;
    }
  }

  #readLast(count: number): PcmFrame | undefined {
    this.#changeRate(this.sampleRateHz);
    const { length } = this.#queue;
    if (length >= count) return this.#frame(this.#queue.take(count), 0);
    const silence = count - length;
    // Nothing was said: then there is nothing to let ring out either.
    if (length === 0 && (this.#tailSamples === 0 || this.#samplesOut === 0)) {
      this.#marks.dropRest();
      return undefined;
    }
    this.#tailSamples = Math.max(0, this.#tailSamples - silence);
    this.#queue.appendSilence(silence);
    return this.#frame(this.#queue.take(count), silence);
  }

  #frame(samples: Int16Array, paddedSamples: number): PcmFrame {
    const startMs = ((this.#samplesOut + this.#paddedSamples) * 1000) / this.sampleRateHz;
    this.#samplesOut += samples.length - paddedSamples;
    this.#paddedSamples += paddedSamples;
    const isLastSpeech = this.#isEnded && this.#samplesOut >= this.#dueSamples();
    const endMs = isLastSpeech ? Number.POSITIVE_INFINITY : (this.#samplesOut * 1000) / this.sampleRateHz;
    const endsPhrase = this.#marks.takePhraseEnd(this.#samplesOut);
    const words = this.#marks.takeWords(endMs);
    return {
      index: this.#frames++,
      samples,
      startMs,
      endsPhrase: endsPhrase || isLastSpeech,
      words,
      paddedSamples,
    };
  }

  /** Ends the present resampler, whose pending input has been read. */
  #changeRate(fromHz: number): void {
    this.#queue.append(this.#resampler.finish());
    this.#settledSamples += this.#resampler.outputSamples;
    this.#resampler = new Resampler(fromHz, this.sampleRateHz);
  }

  /** Output samples that belong to the input so far. */
  #dueSamples(): number {
    const waiting = this.#pending?.length ?? 0;
    const { fromHz, toHz, inputSamples } = this.#resampler;
    return this.#settledSamples + Math.round(((inputSamples + waiting) * toHz) / fromHz);
  }
}

function misuse(message: string, hint: string): EloquenceError {
  return new EloquenceError('INTERNAL', message, { hint });
}
