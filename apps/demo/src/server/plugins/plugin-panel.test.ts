import { AdaptiveAudioStreamer } from '@eloquence/streamer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PluginPanel } from './plugin-panel.js';
import { profileFor } from './demo-plugins.js';

let panel: PluginPanel;
let streamer: AdaptiveAudioStreamer;

beforeEach(() => {
  panel = new PluginPanel(() => undefined);
  streamer = new AdaptiveAudioStreamer({}, { ...panel.streamerOptions(), preloadVoice: false });
  panel.attach(streamer);
});
afterEach(() => streamer.dispose());

const stateOf = (id: string): string | undefined =>
  panel.state().plugins.find((plugin) => plugin.id === id)?.state;

describe('PluginPanel', () => {
  it('brings plugins that are all in order, the broken ones out of use', () => {
    const states = Object.fromEntries(panel.state().plugins.map(({ id, state }) => [id, state]));
    expect(states).toMatchObject({
      '@eloquence/compression': 'registered',
      '@eloquence/demo-choices': 'registered',
      '@eloquence/demo-forecast-tap': 'registered',
      '@eloquence/demo-broken-codec': 'disabled',
      '@eloquence/demo-broken-batcher': 'disabled',
    });
    expect(Object.values(states)).not.toContain('failed');
  });

  it('puts a broken plugin in, and out again, one fault at a time', async () => {
    const { breakages } = await panel.apply({ action: 'break', name: 'codec-throws' });
    expect(breakages.map(({ isOn }) => isOn)).toEqual([true, false, false]);
    expect(stateOf('@eloquence/demo-broken-codec')).toBe('registered');
    const other = await panel.apply({ action: 'break', name: 'codec-slow' });
    expect(other.breakages.map(({ isOn }) => isOn)).toEqual([false, true, false]);
    await panel.apply({ action: 'repair', name: 'codec-slow' });
    expect(stateOf('@eloquence/demo-broken-codec')).toBe('disabled');
  });

  it('switches the usual plugins, and no others', async () => {
    const pluginId = '@eloquence/compression';
    await panel.apply({ action: 'disable', pluginId });
    expect(stateOf(pluginId)).toBe('disabled');
    await panel.apply({ action: 'enable', pluginId });
    expect(stateOf(pluginId)).toBe('registered');
    for (const refused of ['@eloquence/livekit-adapter', '@eloquence/demo-broken-codec', 'nothing'])
      await expect(panel.apply({ action: 'disable', pluginId: refused }), refused).rejects.toMatchObject({
        code: 'OPTION_INVALID',
      });
  });

  it('goes on after a request that was refused', async () => {
    const refused = panel.apply({ action: 'choose', name: 'codec', value: 'mp3' });
    const next = panel.apply({ action: 'choose', name: 'codec', value: 'pcm' });
    await expect(refused).rejects.toMatchObject({ hint: 'Choose one of: auto, opus, pcm.' });
    expect((await next).choices.find(({ name }) => name === 'codec')?.chosen).toBe('pcm');
    expect(panel.profile).toBe('BALANCED_OPTIMAL_PCM_DEADLINE');
  });
});

describe('profileFor', () => {
  it('leaves to the policy what was not chosen', () => {
    expect(profileFor({ profile: 'auto', codec: 'auto', batcher: 'auto' })).toBe('auto');
    expect(profileFor({ profile: 'HIGH_THROUGHPUT', codec: 'auto', batcher: 'auto' })).toBe(
      'HIGH_THROUGHPUT',
    );
    expect(profileFor({ profile: 'HIGH_THROUGHPUT', codec: 'auto', batcher: 'fixed' })).toBe(
      'HIGH_THROUGHPUT_OPUS_FIXED',
    );
  });
});
