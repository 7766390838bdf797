import { type CodecFactory, type Decoder, EloquenceError } from '@eloquence/plugin-api';
import { Doubler } from './doubler.js';
import type { OpusModule } from './opus-module.js';
import { receiveOnly } from './pcm-decoder-codec.js';

/** Opus (RFC 6716), one channel, for receiving. */
export function createOpusDecoderCodec(module: OpusModule): CodecFactory {
  return {
    frameDurationsMs: [2.5, 5, 10, 20, 40, 60],
    sampleRatesHz: [8000, 12_000, 16_000, 24_000, 48_000],
    createEncoder: () => receiveOnly('opus'),
    createDecoder: ({ sampleRateHz }) => new OpusDecoder(module, sampleRateHz),
  };
}

const fullRateHz = 48_000;
/** How long the end of a filled gap overlaps with what follows, ms. */
const blendMs = 2.5;

function toPcm(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
}

class OpusDecoder implements Decoder {
  readonly #module: OpusModule;
  readonly #sampleRateHz: number;
  #handle: number;
  #half: { readonly handle: number; readonly doubler: Doubler } | undefined;
  #pcm = new Int16Array(0);
  /** What was made up for the gap that is being filled, and how much of it was used. */
  #fill: Float32Array | undefined;
  #filled = 0;
  #wasHalf = false;

  constructor(module: OpusModule, sampleRateHz: number) {
    this.#module = module;
    this.#sampleRateHz = sampleRateHz;
    this.#handle = open(module, sampleRateHz);
  }

  decode(payload: Uint8Array): Int16Array {
    if (this.#handle === 0) throw new EloquenceError('DISPOSED', 'The decoder has been released.');
    const isTooLong = this.#sampleRateHz === fullRateHz && hasSilkFramesOf60Ms(payload);
    const decoded = isTooLong ? this.#decodeAtHalfRate(payload) : this.#module.decode(this.#handle, payload);
    if (typeof decoded === 'number')
      throw new EloquenceError('CODEC_FAILED', 'The payload is not an Opus packet.', {
        value: decoded,
        hint: 'The number is that of libopus.',
      });
    this.#wasHalf = isTooLong;
    if (this.#fill !== undefined) this.#blend(decoded, this.#fill);
    if (this.#pcm.length !== decoded.length) this.#pcm = new Int16Array(decoded.length);
    for (let index = 0; index < decoded.length; index++) this.#pcm[index] = toPcm(decoded[index]!);
    return this.#pcm;
  }

  /** Nothing is made up where half the rate is decoded: the result is empty then. */
  conceal(sampleCount: number): Int16Array {
    if (this.#handle === 0 || this.#wasHalf) return new Int16Array(0);
    if (this.#fill === undefined) {
      this.#fill = this.#module.conceal(this.#handle)?.slice() ?? new Float32Array(0);
      this.#filled = 0;
    }
    const pcm = new Int16Array(sampleCount);
    for (let index = 0; index < sampleCount; index++) pcm[index] = toPcm(this.#fill[this.#filled++] ?? 0);
    return pcm;
  }

  /** Leads from what was made up to what was sent, in place. */
  #blend(decoded: Float32Array, fill: Float32Array): void {
    const count = Math.min(decoded.length, Math.round((this.#sampleRateHz * blendMs) / 1000));
    for (let index = 0; index < count; index++) {
      const weight = (index + 1) / (count + 1);
      decoded[index] = weight * decoded[index]! + (1 - weight) * (fill[this.#filled + index] ?? 0);
    }
    this.#fill = undefined;
  }

  dispose(): void {
    if (this.#handle !== 0) this.#module.release(this.#handle);
    if (this.#half !== undefined) this.#module.release(this.#half.handle);
    this.#handle = 0;
    this.#half = undefined;
  }

  #decodeAtHalfRate(payload: Uint8Array): Float32Array | number {
    this.#half ??= { handle: open(this.#module, fullRateHz / 2), doubler: new Doubler() };
    const decoded = this.#module.decode(this.#half.handle, payload);
    return typeof decoded === 'number' ? decoded : this.#half.doubler.convert(decoded);
  }
}

function open(module: OpusModule, sampleRateHz: number): number {
  const handle = module.create(sampleRateHz);
  if (handle === 0) throw new EloquenceError('CODEC_FAILED', 'There is no memory for one more Opus decoder.');
  return handle;
}

/**
 * Whether a packet holds SILK frames of 60 ms: configurations 3, 7 and 11 (RFC 6716, table 2). At 48 kHz the library
 * (0.7.12) overruns its stack of 64 KiB with them by 512 bytes, and destroys its own memory. Their sound ends at
 * 8 kHz, so half the rate loses nothing.
 */
function hasSilkFramesOf60Ms(payload: Uint8Array): boolean {
  const configuration = (payload[0] ?? 0) >> 3;
  return configuration < 12 && configuration % 4 === 3;
}
