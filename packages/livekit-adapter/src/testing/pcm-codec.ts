import type { CodecFactory } from '@eloquence/plugin-api';

/** Frames of plain 16-bit samples: what goes in comes out. */
export const pcmCodec: CodecFactory = {
  frameDurationsMs: [10, 20],
  sampleRatesHz: [8000],
  createEncoder: () => ({
    encode: (pcm) => new Uint8Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.byteLength)),
    configure() {},
    dispose() {},
  }),
  createDecoder: () => ({
    decode: (payload) => new Int16Array(payload.slice().buffer),
    dispose() {},
  }),
};
