import { createSystemClock } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { inspectPlugins } from './inspect/inspect-plugins.js';
import { createPluginHost } from './default-plugin-host.js';
import type { PluginHost } from './plugin-host.js';
import { type TestPlugin, testPlugin } from './testing/test-plugin.js';

const count = 200;
const clock = createSystemClock();

function manyPlugins(): TestPlugin[] {
  return Array.from({ length: count }, (_, at) =>
    testPlugin(`@acme/plugin-${at}`, {
      contributes: { codecs: [`codec-${at}`], batchers: [`batcher-${at}`] },
      schema: { type: 'object', properties: { gain: { type: 'number', default: at } } },
      needs: at % 10 === 0 ? [] : [`@acme/plugin-${at - (at % 10)}`],
    }),
  );
}

describe(`${count} plugins`, () => {
  it('that nobody uses are not loaded, and cost 1 ms each at most', () => {
    const descriptors = manyPlugins();
    let bestMs = Number.POSITIVE_INFINITY;
    let host: PluginHost | undefined;
    // The best of a few: what a busy machine does meanwhile is not the plugins' cost.
    for (let attempt = 0; attempt < 5; attempt++) {
      const startMs = clock.nowMs();
      host = createPluginHost({ descriptors, clock });
      expect(host.contributions.codecs.ids()).toHaveLength(count);
      bestMs = Math.min(bestMs, clock.nowMs() - startMs);
    }
    expect(bestMs / count).toBeLessThanOrEqual(1);
    expect(descriptors.reduce((sum, { loads }) => sum + loads, 0)).toBe(0);
    expect(inspectPlugins(host!).filter(({ state }) => state === 'registered')).toHaveLength(count);
  });

  it('of which one is used: that one is loaded, and what it needs, and the inspector says why', async () => {
    const descriptors = manyPlugins();
    const host = createPluginHost({ descriptors, clock });
    await Promise.all(Array.from({ length: 1000 }, () => host.contributions.codecs.get('codec-57')));
    const loaded = descriptors.filter(({ loads }) => loads > 0).map(({ manifest }) => manifest.name);
    expect(loaded).toEqual(['@acme/plugin-50', '@acme/plugin-57']);
    expect(descriptors[57]!.loads).toBe(1);
    const reports = inspectPlugins(host);
    expect(JSON.parse(JSON.stringify(reports))).toEqual(reports);
    expect(reports.find(({ id }) => id === '@acme/plugin-50')).toMatchObject({
      state: 'active',
      dependents: [51, 52, 53, 54, 55, 56, 57, 58, 59].map((at) => `@acme/plugin-${at}`),
      loadedBy: [
        { pluginId: '@acme/plugin-50', need: 'dependency of @acme/plugin-57' },
        { pluginId: '@acme/plugin-57', need: 'onCodec:codec-57' },
      ],
    });
    await host.dispose();
  });

  it('can be taken out and put back one by one without the work growing out of hand', async () => {
    const host = createPluginHost({ descriptors: manyPlugins(), clock });
    const startMs = clock.nowMs();
    for (let at = 0; at < 20; at++) {
      await host.disable(`@acme/plugin-${at}`);
      await host.enable(`@acme/plugin-${at}`);
    }
    expect((clock.nowMs() - startMs) / 40).toBeLessThan(count);
    expect(host.plugins().every(({ state }) => state === 'registered')).toBe(true);
  });
});
