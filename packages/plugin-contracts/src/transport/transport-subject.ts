import { type CodecFactory, EloquenceError, type TransportFactory } from '@eloquence/plugin-api';

/** A room to speak into, made for one rule. */
export interface TransportHarness {
  /** What the transport is to accept. */
  readonly target: unknown;
  /** Samples of speech that the receiver has played so far, without padding and without what smoothing adds. */
  heardSamples(): number;
  dispose(): void | Promise<void>;
}

/** What is to be checked against the transport contract. */
export interface TransportSubject {
  readonly name: string;
  createFactory(): TransportFactory;
  /**
   * Opens a room in which one receiver listens that can decode the codec `pcm` (16-bit little-endian samples), or
   * nobody.
   */
  openHarness(receivers: 0 | 1): TransportHarness | Promise<TransportHarness>;
  /** Which lane to ask for; `auto` if absent. */
  readonly lane?: 'auto' | 'data' | 'media';
  /** Longest time for anything that has to come over the network, ms; 4 000 if absent. */
  readonly limitMs?: number;
}

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
