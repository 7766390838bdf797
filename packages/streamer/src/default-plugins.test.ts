import { createPluginHost, inspectPlugins } from '@eloquence/core';
import { VirtualClock } from '@eloquence/base';
import { type PluginDescriptor, contributionPointNames } from '@eloquence/plugin-api';
import { expect, it } from 'vitest';
import { withDefaultPlugins } from './default-plugins.js';
import { inlinePlugin } from './testing/plugin-harness.js';

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}

/** Orders in which every three plugins come first once; the others follow as they stand. */
function orders<T>(items: readonly T[]): T[][] {
  let rest = 1;
  for (let count = 2; count <= items.length - 3; count++) rest *= count;
  return permutations(items).filter((_order, at) => at % rest === 0);
}

/** A contribution as data: functions by their text. */
function describeParts(contribution: object): string {
  return JSON.stringify(contribution, (_key, value: unknown) =>
    typeof value === 'function' ? value.toString() : value,
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
  const all = permutations(withDefaultPlugins([rival]));
  expect(all.length).toBe(5040);
  expect(new Set(all.map(describeOrder)).size).toBe(1);
});

it(
  'they come to the same when all of them are active, whatever the order was',
  { timeout: 180_000 },
  async () => {
    const clock = new VirtualClock();
    /** Everything that the plugins contribute, by point and id; two of the same are one object. */
    const loadAll = async (descriptors: readonly PluginDescriptor[]): Promise<unknown[]> => {
      const host = createPluginHost({ descriptors, clock });
      const loaded: unknown[] = [];
      for (const point of contributionPointNames)
        for (const id of host.contributions[point].ids())
          loaded.push(
            point,
            id,
            host.contributions[point].owner(id),
            await host.contributions[point].get(id),
          );
      loaded.push(...host.plugins().flatMap(({ id, state, faults }) => [id, state, faults]));
      await host.dispose();
      return loaded.map((part) => (part instanceof Object ? describeParts(part) : part));
    };
    const some = orders(withDefaultPlugins());
    expect(some.length).toBe(120);
    const first = await loadAll(some[0]!);
    expect(first).toEqual(
      expect.arrayContaining(['opus', 'rules', 'holt', 'espeak', 'livekit', 'deadline', 'active']),
    );
    for (const order of some) expect(await loadAll(order)).toEqual(first);
  },
);

it('one of the application takes the place of a default one of the same name', () => {
  const own = inlinePlugin('@eloquence/batching', { batchers: [{ id: 'mine' }] }, () => undefined);
  const plugins = withDefaultPlugins([own]).filter(({ manifest }) => manifest.name === '@eloquence/batching');
  expect(plugins).toEqual([own]);
});
