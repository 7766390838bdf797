import { type CodecFactory, EloquenceError } from '@eloquence/plugin-api';

/** Longest frame that is taken, ms. */
const longestFrameMs = 120;

/** No compression: 16-bit little-endian samples, for receiving. */
export function createPcmDecoderCodec(): CodecFactory {
  return {
    frameDurationsMs: [2.5, 5, 10, 20, 40, 60],
    sampleRatesHz: [8000, 12_000, 16_000, 24_000, 32_000, 48_000],
    createEncoder: () => receiveOnly('pcm'),
    createDecoder: ({ sampleRateHz }) => ({
      decode(payload) {
        if (payload.length % 2 !== 0 || payload.length > (sampleRateHz * longestFrameMs * 2) / 1000)
          throw new EloquenceError('CODEC_FAILED', 'The payload is no frame of PCM.', {
            value: payload.length,
            hint: 'Each sample takes two bytes, the low one first; a frame lasts at most 120 ms.',
          });
        const pcm = new Int16Array(payload.length / 2);
        const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
        for (let index = 0; index < pcm.length; index++) pcm[index] = view.getInt16(2 * index, true);
        return pcm;
      },
      dispose() {},
    }),
  };
}

/** @throws EloquenceError `CODEC_FAILED` always: a player does not send speech */
export function receiveOnly(codecId: string): never {
  throw new EloquenceError('CODEC_FAILED', `'${codecId}' can only be decoded here.`, { value: codecId });
}
