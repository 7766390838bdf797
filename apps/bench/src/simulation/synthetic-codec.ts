import {
  type CodecFactory,
  createSeededRandom,
  definePlugin,
  type PluginDescriptor,
} from '@eloquence/plugin-api';

const HEADER_BYTES = 5;

/**
 * Stands in for Opus in simulations: frames of the size that the bitrate asks for, give or take 15 %, each with a
 * content of its own, decoded to silence of the right length. Encoding costs no time, which a simulation on virtual
 * time could not measure anyway.
 */
export const syntheticCodec: CodecFactory = {
  frameDurationsMs: [10, 20, 40, 60],
  sampleRatesHz: [8000, 12_000, 16_000, 24_000, 48_000],
  createEncoder: (initial) => {
    const random = createSeededRandom(1);
    let settings = initial;
    let count = 0;
    return {
      encode: () => {
        const meanBytes = (settings.bitrateBps / 8000) * settings.frameMs;
        const bytes = Math.max(HEADER_BYTES, Math.round(meanBytes * (0.85 + 0.3 * random.next())));
        const payload = new Uint8Array(bytes);
        payload[0] = settings.frameMs;
        new DataView(payload.buffer).setUint32(1, count++);
        return payload;
      },
      configure: (next) => {
        settings = next;
      },
      dispose: () => undefined,
    };
  },
  createDecoder: ({ sampleRateHz }) => {
    const silence = new Int16Array(Math.ceil((sampleRateHz * 120) / 1000));
    const ofMs = (durationMs: number): Int16Array =>
      silence.subarray(0, Math.round((sampleRateHz * durationMs) / 1000));
    return {
      decode: (payload) => ofMs(payload[0] ?? 0),
      conceal: (sampleCount) => silence.subarray(0, sampleCount),
      dispose: () => undefined,
    };
  },
};

/** Takes the place of the plugin whose codec it stands in for. */
export const syntheticCodecPlugin: PluginDescriptor = {
  manifest: {
    name: '@eloquence/compression',
    version: '0.1.0',
    engines: { eloquence: '^1.0.0' },
    contributes: { codecs: [{ id: 'opus' }] },
  },
  load: async () => ({
    default: definePlugin({ activate: (context) => void context.codecs.register('opus', syntheticCodec) }),
  }),
};
