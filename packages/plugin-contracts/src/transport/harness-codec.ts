import { type CodecFactory, EloquenceError } from '@eloquence/plugin-api';

/**
 * The codec `pcm` for the receiver of a {@link TransportHarness}: 16-bit little-endian samples as they are. It is for
 * tests; an application has the one of its plugins.
 */
export const harnessCodec: CodecFactory = {
  frameDurationsMs: [10, 20, 40, 60],
  sampleRatesHz: [8000, 12_000, 16_000, 24_000, 48_000],
  createEncoder() {
    throw new EloquenceError('CODEC_FAILED', 'The codec of a scene only decodes.');
  },
  createDecoder: () => ({
    decode(payload) {
      const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
      return Int16Array.from({ length: payload.byteLength >> 1 }, (_, at) => view.getInt16(2 * at, true));
    },
    dispose: () => undefined,
  }),
};
