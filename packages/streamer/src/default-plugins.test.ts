import { createPluginHost, inspectPlugins } from '@eloquence/core';
import { type PluginDescriptor, VirtualClock } from '@eloquence/plugin-api';
import { expect, it } from 'vitest';
import { withDefaultPlugins } from './default-plugins.js';
import { inlinePlugin } from './testing/plugin-stage.js';

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}

it('the default plugins come to the same in whatever order they are installed', () => {
  const clock = new VirtualClock();
  // A rival for two ids, so that there is something to decide.
  const rival = inlinePlugin(
    '@acme/rival',
    { codecs: [{ id: 'opus' }], batchers: [{ id: 'own' }] },
    () => undefined,
  );
  const describeOrder = (descriptors: readonly PluginDescriptor[]): string => {
    const host = createPluginHost({ descriptors, clock });
    const { codecs, batchers, profiles, transports } = host.contributions;
    const ids = [codecs, batchers, profiles, transports].map((point) => point.entries());
    return JSON.stringify([inspectPlugins(host), ids]);
  };
  const orders = permutations(withDefaultPlugins([rival]));
  expect(orders.length).toBe(720);
  expect(new Set(orders.map(describeOrder)).size).toBe(1);
});

it('one of the application takes the place of a default one of the same name', () => {
  const own = inlinePlugin('@eloquence/batching', { batchers: [{ id: 'mine' }] }, () => undefined);
  const plugins = withDefaultPlugins([own]).filter(({ manifest }) => manifest.name === '@eloquence/batching');
  expect(plugins).toEqual([own]);
});
