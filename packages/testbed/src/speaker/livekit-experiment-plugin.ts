import { createLivekitTransportFactory, type LivekitTransportSettings } from '@eloquence/livekit-adapter';
import { definePlugin, type PluginDescriptor } from '@eloquence/plugin-api';

/** The way into a LiveKit room with settings of an experiment, in place of the default one. */
export function livekitExperimentPlugin(settings: LivekitTransportSettings): PluginDescriptor {
  return {
    manifest: {
      name: '@eloquence/livekit-adapter',
      version: '0.1.0',
      engines: { eloquence: '^1.0.0' },
      contributes: { transports: [{ id: 'livekit' }] },
    },
    load: async () => ({
      default: definePlugin({
        activate: ({ transports, subscriptions }) =>
          void subscriptions.add(transports.register('livekit', createLivekitTransportFactory(settings))),
      }),
    }),
  };
}
