import { definePlugin, type PluginDescriptor, type StreamSettings } from '@eloquence/plugin-api';

/** Id of the profile that carries an experiment's settings. */
export const EXPERIMENT_PROFILE = 'EXPERIMENT';

/** Contributes settings as a profile, so that they take the way that every profile's settings take. */
export function experimentPlugin(settings: StreamSettings): PluginDescriptor {
  return {
    manifest: {
      name: 'bench-experiment',
      version: '1.0.0',
      engines: { eloquence: '^1.0.0' },
      contributes: { profiles: [{ id: EXPERIMENT_PROFILE }] },
    },
    load: async () => ({
      default: definePlugin({
        activate: (context) =>
          void context.profiles.register(EXPERIMENT_PROFILE, {
            id: EXPERIMENT_PROFILE,
            label: 'Experiment',
            purpose: 'Settings under test.',
            settings,
          }),
      }),
    }),
  };
}
