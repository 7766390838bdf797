import { type CodecFactory, type PluginDescriptor, definePlugin } from '@eloquence/plugin-api';

const sampleRateHz = 24_000;

export interface HollowCodecListeners {
  readonly onConfigure?: () => void;
  readonly onDecode?: () => void;
}

/** Frames of the right size and duration that hold nothing: where delivery is looked at, not sound. */
export function hollowCodec({ onConfigure, onDecode }: HollowCodecListeners = {}): CodecFactory {
  return {
    frameDurationsMs: [20, 60],
    sampleRatesHz: [sampleRateHz],
    createEncoder: (settings) => {
      let { bitrateBps, frameMs } = settings;
      return {
        encode: () => {
          const payload = new Uint8Array(Math.round((bitrateBps * frameMs) / 8000));
          payload[0] = frameMs;
          return payload;
        },
        configure: (next) => {
          onConfigure?.();
          ({ bitrateBps, frameMs } = next);
        },
        dispose: () => undefined,
      };
    },
    createDecoder: () => ({
      decode: (payload) => {
        onDecode?.();
        return new Int16Array((payload[0]! * sampleRateHz) / 1000);
      },
      dispose: () => undefined,
    }),
  };
}

/** Takes the place of the default codecs. */
export function codecPlugin(codec: CodecFactory): PluginDescriptor {
  return {
    manifest: {
      name: '@eloquence/compression',
      version: '0.1.0',
      engines: { eloquence: '^2.0.0' },
      contributes: { codecs: [{ id: 'opus' }] },
    },
    load: async () => ({
      default: definePlugin({ activate: (context) => void context.codecs.register('opus', codec) }),
    }),
  };
}
