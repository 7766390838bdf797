import type { VirtualClock } from '@eloquence/base';
import type { CodecFactory, Decoder } from '@eloquence/plugin-api';

export interface HostileDecoder {
  readonly codec: CodecFactory;
  /** Calls of `decode`, and decoders made and not disposed. */
  readonly counts: { decoded: number; open: number };
}

/** What decoders of 20 ms at 8 kHz do that they must not. */
export const hostileDecoders = {
  'throws in decode': (): Int16Array => {
    throw new TypeError('boom');
  },
  'gives too few samples': () => new Int16Array(159),
  'gives far too many samples': () => new Int16Array(1_000_000),
  'gives nothing': () => undefined,
  'gives floats, some of them no numbers': () => new Float32Array(160).fill(NaN),
  'gives a list of numbers out of range': () => Array.from({ length: 160 }, () => 1e9),
  'gives samples whose memory is gone': () => {
    const pcm = new Int16Array(160);
    structuredClone(pcm.buffer, { transfer: [pcm.buffer] });
    return pcm;
  },
  'takes 60 ms for a frame': (clock: VirtualClock) => {
    clock.advance(60);
    return new Int16Array(160).fill(7);
  },
} satisfies Record<string, (clock: VirtualClock) => unknown>;

/** A codec whose decoders do this with every frame. */
export function hostileCodec(decode: () => unknown): HostileDecoder {
  const counts = { decoded: 0, open: 0 };
  return {
    counts,
    codec: {
      frameDurationsMs: [20],
      sampleRatesHz: [8000],
      createEncoder() {
        throw new Error('not needed');
      },
      createDecoder(): Decoder {
        counts.open++;
        return {
          decode() {
            counts.decoded++;
            return decode() as Int16Array;
          },
          dispose() {
            counts.open--;
          },
        };
      },
    },
  };
}
