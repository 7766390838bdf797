import type { Disposable } from '../base/disposable.js';

/** What a codec is asked for. Fields that a codec cannot honour are ignored by it. */
export interface EncoderSettings {
  readonly sampleRateHz: number;
  /** Duration of the frames that `encode` will be given, ms. */
  readonly frameMs: number;
  readonly bitrateBps: number;
  /** Effort of the encoder, 0 (fastest) to 10 (best). */
  readonly complexity: number;
}

/** Encodes the frames of one utterance. */
export interface Encoder extends Disposable {
  /**
   * Encodes exactly one frame of mono PCM. Synchronous, and quick: a frame's call must stay well below the
   * frame's duration. The result is owned by the caller; `pcm` may be reused by the caller afterwards.
   */
  encode(pcm: Int16Array): Uint8Array;
  /** Applies new settings from the next frame on, without a break in the decoded sound. */
  configure(settings: EncoderSettings): void;
}

/** What a decoder is made for. */
export interface DecoderSettings {
  readonly sampleRateHz: number;
}

/** Decodes the frames of one utterance, in order. */
export interface Decoder extends Disposable {
  /**
   * Decodes one frame. Quick: a call of more than 50 ms counts as a fault. The result may be reused by the decoder at
   * its next call. Three faults, and the codec's frames are silent in that stream.
   *
   * @throws EloquenceError `CODEC_FAILED` if the payload is no frame of this codec, which is no fault of the decoder;
   * anything else that is thrown is, and so is a result that is not exactly the frame's samples
   */
  decode(payload: Uint8Array): Int16Array;
  /** Fills a gap of `sampleCount` samples from what was heard before (packet loss concealment). */
  conceal?(sampleCount: number): Int16Array;
}

/** Encodes and decodes speech. Implementations must be able to run many encoders side by side. */
export interface CodecFactory {
  /** Frame durations that the encoder accepts, ms. */
  readonly frameDurationsMs: readonly number[];
  /** Sample rates that both sides accept, Hz. */
  readonly sampleRatesHz: readonly number[];
  /**
   * Makes the encoder of one utterance.
   *
   * @throws EloquenceError `CODEC_FAILED` for settings that it cannot take
   */
  createEncoder(settings: EncoderSettings): Encoder;
  /**
   * Makes the decoder of one utterance.
   *
   * @throws EloquenceError `CODEC_FAILED` for settings that it cannot take
   */
  createDecoder(settings: DecoderSettings): Decoder;
}
