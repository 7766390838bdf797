import { type CodecFactory, type Decoder, EloquenceError } from '@eloquence/plugin-api';

export interface FakeCodec extends CodecFactory {
  /** Decoders that were made and not disposed. */
  readonly openDecoders: number;
  readonly decodedFrames: number;
}

/**
 * A codec whose frames decode to samples that tell the frame: payload byte `0` fills the frame with its value times
 * 100. The result is one buffer, reused. A payload that begins with 255 makes the decoder throw, as one
 * that is none of the codec's.
 */
export function createFakeCodec(frameMs = 20): FakeCodec {
  let openDecoders = 0;
  let decodedFrames = 0;
  return {
    get openDecoders() {
      return openDecoders;
    },
    get decodedFrames() {
      return decodedFrames;
    },
    frameDurationsMs: [frameMs],
    sampleRatesHz: [8000, 16000, 24000],
    createEncoder() {
      throw new Error('not needed');
    },
    createDecoder({ sampleRateHz }): Decoder {
      openDecoders++;
      let isOpen = true;
      const pcm = new Int16Array((sampleRateHz * frameMs) / 1000);
      return {
        decode(payload) {
          if (payload[0] === 255) throw new EloquenceError('CODEC_FAILED', 'corrupt');
          decodedFrames++;
          return pcm.fill((payload[0] ?? 0) * 100);
        },
        dispose() {
          if (isOpen) openDecoders--;
          isOpen = false;
        },
      };
    },
  };
}
