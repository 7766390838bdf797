import { type CodecFactory, type Decoder, EloquenceError, toEloquenceError } from '@eloquence/plugin-api';
import type { StreamHeader } from '@eloquence/wire';
import type { HeldFrame } from '../buffer/frame-store.js';
import type { BlockKind } from '../sink/audio-sink.js';

/** Faults in a row after which the owner is told. */
const faultsBeforeReport = 3;

export interface DecodedFrame {
  /** Exactly one frame; valid until the next call. */
  readonly pcm: Int16Array;
  readonly kind: BlockKind;
}

/**
 * Decodes the frames of one utterance after the other, one decoder for each codec and sample rate. Whatever a
 * decoder does, a frame of the right length comes out.
 */
export class FrameDecoder {
  readonly #codecs: ReadonlyMap<string, CodecFactory>;
  readonly #onFault: (error: EloquenceError) => void;
  readonly #decoders = new Map<string, Decoder | EloquenceError>();
  #faults = 0;
  #faultsInRow = 0;

  constructor(codecs: ReadonlyMap<string, CodecFactory>, onFault: (error: EloquenceError) => void) {
    this.#codecs = codecs;
    this.#onFault = onFault;
  }

  /** Frames that could not be decoded, since the beginning. */
  get faults(): number {
    return this.#faults;
  }

  decode(frame: HeldFrame): DecodedFrame {
    const { header } = frame;
    const wanted = Math.round((header.sampleRateHz * header.frameMs) / 1000);
    let decoder: Decoder | undefined;
    try {
      decoder = this.#decoderFor(header);
      const pcm = decoder.decode(frame.payload);
      if (pcm.length !== wanted) {
        throw new EloquenceError('CODEC_FAILED', `A frame has ${pcm.length} samples instead of ${wanted}.`, {
          value: header.codecId,
          hint: 'The codec must decode a frame to the duration that its stream header says.',
        });
      }
      this.#faultsInRow = 0;
      return { pcm, kind: 'speech' };
    } catch (error) {
      this.#note(error);
      return conceal(decoder, wanted);
    }
  }

  /** Fills a gap after frames of this format; `undefined` if the codec cannot. */
  conceal(header: StreamHeader, sampleCount: number): Int16Array | undefined {
    const decoder = this.#decoders.get(keyOf(header));
    if (decoder === undefined || decoder instanceof EloquenceError || decoder.conceal === undefined)
      return undefined;
    try {
      const pcm = decoder.conceal(sampleCount);
      return pcm.length === sampleCount ? pcm : undefined;
    } catch (error) {
      this.#note(error);
      return undefined;
    }
  }

  /** Releases the decoders: the next utterance starts afresh. */
  reset(): void {
    for (const decoder of this.#decoders.values()) {
      if (decoder instanceof EloquenceError) continue;
      try {
        decoder.dispose();
      } catch (error) {
        this.#faults++;
        this.#onFault(toEloquenceError(error, 'CODEC_FAILED'));
      }
    }
    this.#decoders.clear();
    this.#faultsInRow = 0;
  }

  #decoderFor(header: StreamHeader): Decoder {
    const key = keyOf(header);
    let decoder = this.#decoders.get(key);
    if (decoder === undefined) {
      decoder = this.#create(header);
      this.#decoders.set(key, decoder);
    }
    if (decoder instanceof EloquenceError) throw decoder;
    return decoder;
  }

  #create(header: StreamHeader): Decoder | EloquenceError {
    const codec = this.#codecs.get(header.codecId);
    if (codec === undefined) {
      return new EloquenceError('CODEC_UNKNOWN', `No decoder for '${header.codecId}'.`, {
        value: header.codecId,
        hint: `Installed here: ${[...this.#codecs.keys()].join(', ') || 'none'}.`,
      });
    }
    try {
      return codec.createDecoder({ sampleRateHz: header.sampleRateHz });
    } catch (error) {
      return toEloquenceError(error, 'CODEC_FAILED');
    }
  }

  #note(error: unknown): void {
    this.#faults++;
    this.#faultsInRow++;
    if (this.#faultsInRow === faultsBeforeReport) this.#onFault(toEloquenceError(error, 'CODEC_FAILED'));
  }
}

function keyOf(header: StreamHeader): string {
  return `${header.codecId}/${header.sampleRateHz}`;
}

function conceal(decoder: Decoder | undefined, wanted: number): DecodedFrame {
  try {
    const pcm = decoder?.conceal?.(wanted);
    if (pcm?.length === wanted) return { pcm, kind: 'concealed' };
  } catch {
    // The fault that led here is counted already; silence is what remains.
  }
  return { pcm: new Int16Array(wanted), kind: 'silence' };
}
