// Generated from the manifests of this package's plugins by tools/workspace/plugin-registry.mjs. Do not edit.
import type { PluginDescriptor } from '@eloquence/plugin-api';

/** The plugins that this package depends on, with their manifests; their code loads when needed. */
export const generatedPlugins: readonly PluginDescriptor[] = [
  {
    manifest: {
      name: '@eloquence/batching',
      version: '0.1.0',
      engines: { eloquence: '^1.0.0' },
      contributes: { batchers: [{ id: 'deadline' }, { id: 'fixed' }] },
    },
    load: () => import('@eloquence/batching/plugin'),
  },
  {
    manifest: {
      name: '@eloquence/compression',
      version: '0.1.0',
      engines: { eloquence: '^1.0.0' },
      contributes: { codecs: [{ id: 'opus' }, { id: 'pcm' }] },
    },
    load: () => import('@eloquence/compression/plugin'),
  },
  {
    manifest: {
      name: '@eloquence/livekit-adapter',
      version: '0.1.0',
      engines: { eloquence: '^1.0.0' },
      contributes: { transports: [{ id: 'livekit' }] },
    },
    load: () => import('@eloquence/livekit-adapter/plugin'),
  },
  {
    manifest: {
      name: '@eloquence/profiles',
      version: '0.1.0',
      engines: { eloquence: '^1.0.0' },
      contributes: {
        profiles: [
          { id: 'ULTRA_PERFORMANCE' },
          { id: 'BALANCED_OPTIMAL' },
          { id: 'HIGH_THROUGHPUT' },
          { id: 'EMERGENCY_FALLBACK' },
        ],
        selectors: [{ id: 'rules' }],
        forecasters: [{ id: 'holt' }, { id: 'online-regression' }],
      },
    },
    load: () => import('@eloquence/profiles/plugin'),
  },
  {
    manifest: {
      name: '@eloquence/tts-espeak',
      version: '0.1.0',
      engines: { eloquence: '^1.0.0' },
      contributes: { ttsEngines: [{ id: 'espeak' }] },
    },
    load: () => import('@eloquence/tts-espeak/plugin'),
  },
];
