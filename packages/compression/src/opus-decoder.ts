import { type Decoder, type DecoderSettings, EloquenceError } from '@eloquence/plugin-api';
import { checkPayload, disposedError } from './codec-checks.js';
import type { OpusLibrary, OpusLibraryDecoder } from './opus-library.js';
import { PitchConcealer } from './pitch-concealer.js';

/** Largest Opus packet: six frames of 1275 bytes and their headers (RFC 6716, section 3.2). */
const maxPacketBytes = 7662;

export class OpusDecoder implements Decoder {
  #native: OpusLibraryDecoder | undefined;
  readonly #concealer: PitchConcealer;

  constructor(library: OpusLibrary, settings: DecoderSettings) {
    this.#native = new library.Decoder({ channels: 1, sample_rate: settings.sampleRateHz });
    this.#concealer = new PitchConcealer(settings.sampleRateHz);
  }

  decode(payload: Uint8Array): Int16Array {
    const native = this.#native;
    if (native === undefined) throw disposedError('Opus decoder');
    checkPayload(payload, maxPacketBytes);
    let bytes: Uint8Array;
    try {
      bytes = native.decode(payload);
    } catch (error) {
      throw new EloquenceError('CODEC_FAILED', 'The payload is not an Opus packet.', {
        value: payload.length,
        cause: error,
        hint: 'Conceal the frame and go on with the next one.',
      });
    }
    // The blend after a gap writes here, so it must not be a buffer that the library uses again.
    const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
    const pcm = new Int16Array(own.buffer, 0, own.byteLength >> 1);
    this.#concealer.remember(pcm);
    return pcm;
  }

  conceal(sampleCount: number): Int16Array {
    if (this.#native === undefined) throw disposedError('Opus decoder');
    return this.#concealer.conceal(sampleCount);
  }

  dispose(): void {
    this.#native?.drop?.();
    this.#native = undefined;
  }
}
