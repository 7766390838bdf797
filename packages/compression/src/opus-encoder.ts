import { type CodecFactory, type Encoder, EloquenceError, type EncoderSettings } from '@eloquence/plugin-api';
import {
  checkEncoderSettings,
  checkFrame,
  checkSameSampleRate,
  disposedError,
  samplesPerFrame,
} from './codec-checks.js';
import type { OpusLibrary, OpusLibraryEncoder } from './opus-library.js';

/** Bit rates that Opus has a use for with one channel (RFC 6716, section 2.1.1), bit/s. */
const minBitrateBps = 6000;
const maxBitrateBps = 300_000;

export class OpusEncoder implements Encoder {
  readonly #limits: CodecFactory;
  #native: OpusLibraryEncoder | undefined;
  #settings: EncoderSettings;
  #frameSamples: number;

  constructor(library: OpusLibrary, settings: EncoderSettings, limits: CodecFactory) {
    this.#limits = limits;
    this.#settings = settings;
    this.#frameSamples = samplesPerFrame(settings);
    this.#native = new library.Encoder({
      channels: 1,
      sample_rate: settings.sampleRateHz,
      application: 'voip',
    });
    this.#native.vbr = true;
    this.#native.signal = 'voice';
    // Every frame has to be there for the receiver's count of frames: no discontinuous transmission.
    this.#native.dtx = false;
    apply(this.#native, settings);
  }

  encode(pcm: Int16Array): Uint8Array {
    const native = this.#native;
    if (native === undefined) throw disposedError('Opus encoder');
    checkFrame(pcm, this.#frameSamples);
    let encoded: Uint8Array;
    try {
      encoded = native.encode(pcm);
    } catch (error) {
      throw new EloquenceError('CODEC_FAILED', 'Opus could not encode a frame.', {
        value: pcm.length,
        cause: error,
        hint: 'Go on with a new encoder.',
      });
    }
    return ownedBytes(encoded);
  }

  configure(settings: EncoderSettings): void {
    if (this.#native === undefined) throw disposedError('Opus encoder');
    checkEncoderSettings(settings, this.#limits);
    checkSameSampleRate(this.#settings, settings);
    apply(this.#native, settings);
    this.#settings = settings;
    this.#frameSamples = samplesPerFrame(settings);
  }

  dispose(): void {
    this.#native?.drop?.();
    this.#native = undefined;
  }
}

function apply(native: OpusLibraryEncoder, settings: EncoderSettings): void {
  native.bitrate = Math.round(Math.min(maxBitrateBps, Math.max(minBitrateBps, settings.bitrateBps)));
  native.complexity = Math.round(Math.min(10, Math.max(0, settings.complexity)));
}

/** A view into a larger buffer may be one that the library writes to again. */
function ownedBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.prototype.slice.call(bytes);
}
