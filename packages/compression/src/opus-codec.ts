import type { CodecFactory, Decoder, DecoderSettings, Encoder, EncoderSettings } from '@eloquence/plugin-api';
import { checkEncoderSettings, checkSampleRate } from './codec-checks.js';
import { OpusDecoder } from './opus-decoder.js';
import { OpusEncoder } from './opus-encoder.js';
import { type OpusLibraryLoader, loadOpusLibrary } from './opus-library.js';

/**
 * How much later than its original the decoded sound is, ms: the encoder's look-ahead. Silence of this length after
 * the last sample brings the end of the speech out of the decoder.
 */
export const opusLookaheadMs = 6.5;

/**
 * Opus (RFC 6716) for speech: one channel, application VOIP, variable bit rate. libopus is loaded when the first
 * encoder or decoder is created.
 */
export class OpusCodec implements CodecFactory {
  readonly frameDurationsMs: readonly number[] = [2.5, 5, 10, 20, 40, 60];
  readonly sampleRatesHz: readonly number[] = [8000, 12000, 16000, 24000, 48000];
  readonly #load: OpusLibraryLoader;

  /** @param load replaces the way libopus is found. */
  constructor(load: OpusLibraryLoader = loadOpusLibrary) {
    this.#load = load;
  }

  /** @throws EloquenceError `OPTION_INVALID`, `CODEC_FAILED` */
  createEncoder(settings: EncoderSettings): Encoder {
    checkEncoderSettings(settings, this);
    return new OpusEncoder(this.#load(), settings, this);
  }

  /** @throws EloquenceError `OPTION_INVALID`, `CODEC_FAILED` */
  createDecoder(settings: DecoderSettings): Decoder {
    checkSampleRate(settings.sampleRateHz, this);
    return new OpusDecoder(this.#load(), settings);
  }
}
