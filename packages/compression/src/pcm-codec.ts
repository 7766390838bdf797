import {
  type CodecFactory,
  type Decoder,
  type DecoderSettings,
  EloquenceError,
  type Encoder,
  type EncoderSettings,
} from '@eloquence/plugin-api';
import {
  checkEncoderSettings,
  checkFrame,
  checkPayload,
  checkSameSampleRate,
  checkSampleRate,
  disposedError,
  samplesPerFrame,
} from './codec-checks.js';
import { PitchConcealer } from './pitch-concealer.js';

/** Longest frame that the decoder takes, ms: the same as Opus'. */
const longestFrameMs = 120;

/** No compression: 16-bit little-endian samples. Bit rate and complexity have no meaning for it. */
export class PcmCodec implements CodecFactory {
  readonly frameDurationsMs: readonly number[] = [2.5, 5, 10, 20, 40, 60];
  readonly sampleRatesHz: readonly number[] = [8000, 12000, 16000, 24000, 32000, 48000];

  /** @throws EloquenceError `OPTION_INVALID` */
  createEncoder(settings: EncoderSettings): Encoder {
    checkEncoderSettings(settings, this);
    return new PcmEncoder(settings, this);
  }

  /** @throws EloquenceError `OPTION_INVALID` */
  createDecoder(settings: DecoderSettings): Decoder {
    checkSampleRate(settings.sampleRateHz, this);
    return new PcmDecoder(settings);
  }
}

class PcmEncoder implements Encoder {
  #settings: EncoderSettings;
  readonly #limits: CodecFactory;
  #isDisposed = false;

  constructor(settings: EncoderSettings, limits: CodecFactory) {
    this.#settings = settings;
    this.#limits = limits;
  }

  encode(pcm: Int16Array): Uint8Array {
    if (this.#isDisposed) throw disposedError('PCM encoder');
    checkFrame(pcm, samplesPerFrame(this.#settings));
    const bytes = new Uint8Array(pcm.length * 2);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < pcm.length; i++) view.setInt16(2 * i, pcm[i]!, true);
    return bytes;
  }

  configure(settings: EncoderSettings): void {
    if (this.#isDisposed) throw disposedError('PCM encoder');
    checkEncoderSettings(settings, this.#limits);
    checkSameSampleRate(this.#settings, settings);
    this.#settings = settings;
  }

  dispose(): void {
    this.#isDisposed = true;
  }
}

class PcmDecoder implements Decoder {
  readonly #concealer: PitchConcealer;
  readonly #maxBytes: number;
  #isDisposed = false;

  constructor(settings: DecoderSettings) {
    this.#concealer = new PitchConcealer(settings.sampleRateHz);
    this.#maxBytes = (settings.sampleRateHz * longestFrameMs * 2) / 1000;
  }

  decode(payload: Uint8Array): Int16Array {
    if (this.#isDisposed) throw disposedError('PCM decoder');
    checkPayload(payload, this.#maxBytes);
    if (payload.length % 2 !== 0) {
      throw new EloquenceError('CODEC_FAILED', 'A PCM payload has an odd number of bytes.', {
        value: payload.length,
        hint: 'Each sample takes two bytes, the low one first.',
      });
    }
    const pcm = new Int16Array(payload.length / 2);
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    for (let i = 0; i < pcm.length; i++) pcm[i] = view.getInt16(2 * i, true);
    this.#concealer.remember(pcm);
    return pcm;
  }

  conceal(sampleCount: number): Int16Array {
    if (this.#isDisposed) throw disposedError('PCM decoder');
    return this.#concealer.conceal(sampleCount);
  }

  dispose(): void {
    this.#isDisposed = true;
  }
}
