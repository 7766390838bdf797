import type { PluginDescriptor } from '@eloquence/plugin-api';

/** The plugin, for an application that wants simulated rooms: it is not among the default ones. */
export const simulatedTransportPlugin: PluginDescriptor = {
  manifest: {
    name: '@eloquence/simulated-transport',
    version: '0.1.0',
    engines: { eloquence: '^2.0.0' },
    contributes: { transports: [{ id: 'simulated' }] },
  },
  load: () => import('./plugin.js'),
};
