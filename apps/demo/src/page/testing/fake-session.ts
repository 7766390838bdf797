import type {
  NetworkPresetName,
  NetworkSettings,
  NetworkState,
  PluginFacts,
  PluginsState,
  SessionFacts,
} from '../../protocol.js';

const settings = (
  delayMs: number,
  jitterMs: number,
  lossPercent: number,
  burstMs: number,
  rateKbps: number,
): NetworkSettings => ({ delayMs, jitterMs, lossPercent, burstMs, rateKbps });

export const presetSettings: Readonly<Record<NetworkPresetName, NetworkSettings>> = {
  A: settings(20, 1, 0.1, 0, 10_000),
  B: settings(40, 8, 1, 40, 2000),
  C: settings(100, 15, 2, 80, 300),
  D: settings(200, 30, 10, 120, 48),
  E: settings(25, 5, 8, 30, 5000),
  F: settings(60, 10, 20, 0, 1000),
  S: settings(20, 0, 0, 0, 15_000),
};

const facts = (
  id: string,
  contributions: PluginFacts['contributions'],
  state: PluginFacts['state'] = 'active',
): PluginFacts => ({
  id,
  version: '0.1.0',
  state,
  contributions,
  faults: 0,
  cause: null,
  canDisable: !id.includes('livekit'),
});

export function fakePlugins(): PluginsState {
  return {
    plugins: [
      facts('eloquence.compression', [{ point: 'codecs', ids: ['opus', 'pcm'] }]),
      facts('eloquence.batching', [{ point: 'batchers', ids: ['adaptive', 'fixed'] }]),
      facts('eloquence.profiles', [
        { point: 'policies', ids: ['adaptive'] },
        { point: 'forecasters', ids: ['holt'] },
      ]),
      facts('eloquence.livekit-adapter', [{ point: 'transports', ids: ['livekit'] }]),
      facts('eloquence.tts-espeak', [{ point: 'ttsEngines', ids: ['espeak'] }]),
      facts('demo.broken-codec', [{ point: 'codecs', ids: ['broken'] }], 'registered'),
    ],
    choices: [
      {
        name: 'profile',
        options: ['auto', 'ULTRA_PERFORMANCE', 'BALANCED_OPTIMAL', 'HIGH_THROUGHPUT', 'EMERGENCY_FALLBACK'],
        chosen: 'auto',
      },
      { name: 'codec', options: ['auto', 'opus', 'pcm'], chosen: 'auto' },
      { name: 'batcher', options: ['auto', 'adaptive', 'fixed'], chosen: 'auto' },
    ],
    breakages: [
      { name: 'codec-throws', pluginId: 'demo.broken-codec', isOn: false },
      { name: 'codec-slow', pluginId: 'demo.broken-codec', isOn: false },
      { name: 'batcher-throws', pluginId: 'demo.broken-codec', isOn: false },
    ],
  };
}

export function fakeSession(network: NetworkState, plugins: PluginsState): SessionFacts {
  return {
    server: { kind: 'real', url: 'ws://127.0.0.1:1', version: 'none', reason: null, hint: null },
    // No rooms: there is nothing to hear here.
    arms: [],
    presets: (Object.keys(presetSettings) as NetworkPresetName[]).map((name) => ({
      name,
      description: name,
      settings: presetSettings[name],
    })),
    state: {
      arms: [
        { arm: 'legacy', listeners: 1, present: [], isReady: true, lane: 'loop' },
        { arm: 'track', listeners: 1, present: [], isReady: true, lane: 'media' },
        { arm: 'eloquence', listeners: 1, present: [], isReady: true, lane: 'data' },
      ],
      network,
      plugins,
      migration: { available: false },
      problems: [],
      speaking: null,
    },
  };
}
