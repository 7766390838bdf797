import { CallPace } from '@eloquence/base';
import {
  type Clock,
  type CodecFactory,
  type Decoder,
  EloquenceError,
  isEloquenceError,
  toEloquenceError,
} from '@eloquence/plugin-api';
import type { StreamHeader } from '@eloquence/wire';
import type { HeldFrame } from '../buffer/frame-store.js';
import type { BlockKind } from '../sink/audio-sink.js';

/** Frames in a row that could not be decoded, after which the owner is told. */
const faultsBeforeReport = 3;
/** Faults of a codec's decoders after which they are not called any more. */
const strikesBeforeQuarantine = 3;
/** Longest time of one call, ms: a busy machine may interrupt any call for tens of milliseconds. */
const callBudgetMs = 50;
/** Longest time until a decoder is made, ms: it may have to load a library. */
const createBudgetMs = 1000;

export interface DecodedFrame {
  /** Exactly one frame; valid until the next call. */
  readonly pcm: Int16Array;
  readonly kind: BlockKind;
}

export interface FrameDecoderOptions {
  readonly codecs: ReadonlyMap<string, CodecFactory>;
  readonly clock: Clock;
  /** Three frames in a row could not be decoded, or a codec is not called any more. */
  readonly onFault: (error: EloquenceError) => void;
}

/** How the decoders of one codec behave in this stream. */
interface CodecHealth {
  readonly pace: CallPace;
  strikes: number;
}

/**
 * Decodes the frames of one utterance after the other, one decoder for each codec and sample rate. Whatever a
 * decoder does, a frame of the right length comes out.
 *
 * A decoder that throws anything but `CODEC_FAILED`, gives no frame of the right length, or is slow and does not make
 * up for it, has a strike; with the third the codec is quarantined in this stream, and its frames are silent.
 * `CODEC_FAILED` says that a payload is none of the codec's: that is the sender's fault. So is perhaps more, which is
 * why a quarantine ends with the stream and concerns no other: a sender must not silence others.
 */
export class FrameDecoder {
  readonly #options: FrameDecoderOptions;
  readonly #decoders = new Map<string, Decoder | EloquenceError>();
  readonly #health = new Map<string, CodecHealth>();
  /** What was decoded last: nobody else can change it. */
  #pcm = new Int16Array(0);
  #faults = 0;
  #faultsInRow = 0;

  constructor(options: FrameDecoderOptions) {
    this.#options = options;
  }

  /** Frames that could not be decoded, since the beginning. */
  get faults(): number {
    return this.#faults;
  }

  decode({ header, payload }: HeldFrame): DecodedFrame {
    const wanted = Math.round((header.sampleRateHz * header.frameMs) / 1000);
    if (this.#isQuarantined(header.codecId)) {
      this.#faults++;
      return { pcm: this.#silence(wanted), kind: 'silence' };
    }
    let decoder: Decoder | undefined;
    try {
      const opened = (decoder = this.#decoderFor(header));
      const pcm = this.#call(header.codecId, wanted, () => opened.decode(payload));
      this.#faultsInRow = 0;
      return { pcm, kind: 'speech' };
    } catch (error) {
      this.#note(error, header.codecId);
    }
    const concealed = this.#concealed(decoder, header.codecId, wanted);
    return concealed === undefined
      ? { pcm: this.#silence(wanted), kind: 'silence' }
      : { pcm: concealed, kind: 'concealed' };
  }

  /** Fills a gap after frames of this format; `undefined` if the codec cannot. */
  conceal(header: StreamHeader, sampleCount: number): Int16Array | undefined {
    const decoder = this.#decoders.get(keyOf(header));
    return decoder instanceof EloquenceError
      ? undefined
      : this.#concealed(decoder, header.codecId, sampleCount);
  }

  /** Releases the decoders: the next utterance starts afresh. What is quarantined stays so. */
  reset(): void {
    for (const key of [...this.#decoders.keys()]) this.#release(key);
    this.#faultsInRow = 0;
  }

  #isQuarantined(codecId: string): boolean {
    return (this.#health.get(codecId)?.strikes ?? 0) >= strikesBeforeQuarantine;
  }

  #decoderFor(header: StreamHeader): Decoder {
    const key = keyOf(header);
    let decoder = this.#decoders.get(key);
    if (decoder === undefined) {
      decoder = this.#create(header);
      // Its creation may have been the last strike.
      if (!this.#isQuarantined(header.codecId)) this.#decoders.set(key, decoder);
    }
    if (decoder instanceof EloquenceError) throw decoder;
    return decoder;
  }

  #create({ codecId, sampleRateHz }: StreamHeader): Decoder | EloquenceError {
    const { clock, codecs } = this.#options;
    const codec = codecs.get(codecId);
    if (codec === undefined) {
      return new EloquenceError('CODEC_UNKNOWN', `No decoder for '${codecId}'.`, {
        value: codecId,
        hint: `Installed here: ${[...codecs.keys()].join(', ') || 'none'}.`,
      });
    }
    const startMs = clock.nowMs();
    try {
      const decoder = codec.createDecoder({ sampleRateHz });
      const tookMs = clock.nowMs() - startMs;
      if (tookMs > createBudgetMs) this.#strike(codecId, slowCall(tookMs, createBudgetMs));
      return decoder;
    } catch (error) {
      this.#strike(codecId, error);
      return toEloquenceError(error, 'CODEC_FAILED');
    }
  }

  #concealed(decoder: Decoder | undefined, codecId: string, sampleCount: number): Int16Array | undefined {
    if (decoder?.conceal === undefined || this.#isQuarantined(codecId)) return undefined;
    try {
      return this.#call(codecId, sampleCount, () => decoder.conceal?.(sampleCount));
    } catch {
      // What it was to replace is counted already; silence is what remains.
      return undefined;
    }
  }

  /** Calls a decoder, and copies what it gives. */
  #call(codecId: string, wanted: number, call: () => unknown): Int16Array {
    const { clock } = this.#options;
    const startMs = clock.nowMs();
    let pcm: unknown;
    try {
      pcm = call();
    } catch (error) {
      if (!isEloquenceError(error) || error.code !== 'CODEC_FAILED') this.#strike(codecId, error);
      throw error;
    } finally {
      this.#noteDuration(codecId, clock.nowMs() - startMs);
    }
    if (pcm instanceof Int16Array && pcm.length === wanted) return this.#own(pcm);
    const got = pcm instanceof Int16Array ? `has ${pcm.length} samples` : 'is no Int16Array';
    const error = new EloquenceError('CODEC_FAILED', `A frame ${got} instead of ${wanted} samples.`, {
      value: codecId,
      hint: 'The codec must decode a frame to the duration that its stream header says.',
    });
    this.#strike(codecId, error);
    throw error;
  }

  #noteDuration(codecId: string, tookMs: number): void {
    const health = this.#healthOf(codecId);
    health.strikes = Math.max(0, health.strikes - health.pace.add(tookMs, callBudgetMs));
    if (tookMs <= callBudgetMs) return;
    this.#strike(codecId, slowCall(tookMs, callBudgetMs));
  }

  #strike(codecId: string, cause: unknown): void {
    const health = this.#healthOf(codecId);
    health.strikes++;
    if (health.strikes !== strikesBeforeQuarantine) return;
    for (const key of [...this.#decoders.keys()]) if (key.startsWith(`${codecId}/`)) this.#release(key);
    this.#options.onFault(
      new EloquenceError(
        'PLUGIN_FAILED',
        `The decoder of '${codecId}' is not used any more after its faults.`,
        {
          value: codecId,
          cause,
          hint: 'Speech in this format stays silent in this stream; mend or replace the plugin of the codec.',
        },
      ),
    );
  }

  #healthOf(codecId: string): CodecHealth {
    let health = this.#health.get(codecId);
    if (health === undefined) this.#health.set(codecId, (health = { pace: new CallPace(), strikes: 0 }));
    return health;
  }

  #release(key: string): void {
    const decoder = this.#decoders.get(key);
    this.#decoders.delete(key);
    if (decoder === undefined || decoder instanceof EloquenceError) return;
    try {
      decoder.dispose();
    } catch (error) {
      this.#faults++;
      this.#options.onFault(toEloquenceError(error, 'CODEC_FAILED'));
    }
  }

  #note(error: unknown, codecId: string): void {
    this.#faults++;
    this.#faultsInRow++;
    if (this.#faultsInRow === faultsBeforeReport && !this.#isQuarantined(codecId))
      this.#options.onFault(toEloquenceError(error, 'CODEC_FAILED'));
  }

  #own(pcm: Int16Array): Int16Array {
    if (this.#pcm.length < pcm.length) this.#pcm = new Int16Array(pcm.length);
    this.#pcm.set(pcm);
    return this.#pcm.subarray(0, pcm.length);
  }

  #silence(sampleCount: number): Int16Array {
    return new Int16Array(sampleCount);
  }
}

function slowCall(tookMs: number, budgetMs: number): EloquenceError {
  const message = `A call took ${tookMs.toFixed(1)} ms, more than ${budgetMs} ms.`;
  return new EloquenceError('PLUGIN_TIMEOUT', message, { value: tookMs });
}

function keyOf(header: StreamHeader): string {
  return `${header.codecId}/${header.sampleRateHz}`;
}
