import type { DataLaneOptions } from '@eloquence/delivery';
import { createLivekitTransportFactory, type LivekitTransportSettings } from '@eloquence/livekit-adapter';
import { definePlugin, type PluginDescriptor, type StreamSettings } from '@eloquence/plugin-api';

/** How lost packets come back: over which channel, and what differs from how production repeats them. */
export type Recovery = Pick<DataLaneOptions, 'recovery' | 'recoveryTuning'>;

/** A plugin made on the spot; the name of an installed one takes its place. */
export function ownPlugin(
  name: string,
  contributes: PluginDescriptor['manifest']['contributes'],
  activate: Parameters<typeof definePlugin>[0]['activate'],
): PluginDescriptor {
  return {
    manifest: { name, version: '1.0.0', engines: { eloquence: '^2.0.0' }, contributes },
    load: async () => ({ default: definePlugin({ activate }) }),
  };
}

/** Id of the profile that carries an experiment's settings. */
export const EXPERIMENT_PROFILE = 'EXPERIMENT';

/** Contributes settings as a profile, so that they take the way that every profile's settings take. */
export function experimentPlugin(settings: StreamSettings): PluginDescriptor {
  const profile = {
    id: EXPERIMENT_PROFILE,
    label: 'Experiment',
    purpose: 'Settings under test.',
    settings,
  };
  return ownPlugin(
    'bench-experiment',
    { profiles: [{ id: EXPERIMENT_PROFILE }] },
    ({ profiles }) => void profiles.register(EXPERIMENT_PROFILE, profile),
  );
}

/** The way into a LiveKit room with settings of an experiment, in place of the default one. */
export function livekitExperimentPlugin(settings: LivekitTransportSettings): PluginDescriptor {
  return ownPlugin(
    '@eloquence/livekit-adapter',
    { transports: [{ id: 'livekit' }] },
    ({ transports, subscriptions }) =>
      void subscriptions.add(transports.register('livekit', createLivekitTransportFactory(settings))),
  );
}
