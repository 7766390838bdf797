import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type * as Contracts from '@eloquence/plugin-api';
import { VirtualClock, delay } from '@eloquence/base';
import { Emitter } from '@eloquence/plugin-api';
import { describe, expect, it, vi } from 'vitest';
import { createPluginHost } from './default-plugin-host.js';
import type { PluginHost } from './plugin-host.js';
import { rejectionOf, thrownBy } from './testing/rejection.js';
import { type TestPlugin, passThroughCodec, testPlugin } from './testing/test-plugin.js';

const hostOf = (descriptors: readonly TestPlugin[]): PluginHost =>
  createPluginHost({ descriptors, clock: new VirtualClock() });

const boom = (): never => {
  throw new Error('boom');
};

describe('PluginHost: contributions', () => {
  it('knows ids, entries and owners without loading anything', () => {
    const plugin = testPlugin('acme', {
      manifest: { contributes: { codecs: [{ id: 'x', label: 'X', sampleRatesHz: [8000] }, { id: 'a' }] } },
    });
    const { codecs, batchers } = hostOf([plugin]).contributions;
    expect(codecs.ids()).toEqual(['a', 'x']);
    expect(codecs.entries()).toEqual([
      { id: 'a', pluginId: 'acme' },
      { id: 'x', label: 'X', sampleRatesHz: [8000], pluginId: 'acme' },
    ]);
    expect([codecs.owner('x'), codecs.owner('y')]).toEqual(['acme', undefined]);
    expect(batchers.ids()).toEqual([]);
    expect(plugin.loads).toBe(0);
  });

  it.each([
    ['codecs', 'opsu', 'CODEC_UNKNOWN', "Did you mean 'opus'?"],
    ['profiles', 'BALANCE', 'PROFILE_UNKNOWN', "Did you mean 'BALANCED'?"],
    ['batchers', 'fast', 'CONTRIBUTION_UNKNOWN', 'There is none.'],
  ] as const)('%s: an unknown id %s is %s', async (point, id, code, hint) => {
    const host = hostOf([testPlugin('a', { contributes: { codecs: ['opus'], profiles: ['BALANCED'] } })]);
    expect(await rejectionOf(host.contributions[point].get(id))).toMatchObject({ code, hint, value: id });
  });

  it('does not take names of Object.prototype for ids', async () => {
    const host = hostOf([testPlugin('a', { contributes: { codecs: ['constructor'] } })]);
    expect((await rejectionOf(host.contributions.codecs.get('toString'))).code).toBe('CODEC_UNKNOWN');
    expect(await host.contributions.codecs.get('constructor')).toBe(passThroughCodec);
    expect(thrownBy(() => host.guard('constructor', 'x')).code).toBe('OPTION_INVALID');
  });

  it('lose what an active plugin takes back', async () => {
    let takeBack: (() => void) | undefined;
    const plugin = testPlugin('a', {
      contributes: { codecs: ['x'] },
      plugin: {
        activate: (context) => {
          const registration = context.codecs.register('x', passThroughCodec);
          takeBack = () => registration.dispose();
        },
      },
    });
    const host = hostOf([plugin]);
    const removals: unknown[] = [];
    host.contributions.codecs.onDidRemove((removal) => removals.push(removal));
    await host.contributions.codecs.get('x');
    takeBack?.();
    takeBack?.();
    expect(removals).toEqual([{ id: 'x', pluginId: 'a' }]);
    expect((await rejectionOf(host.contributions.codecs.get('x'))).message).toContain('took it back');
  });

  it('give the chosen one where two plugins have one id', async () => {
    const mine = { ...passThroughCodec };
    const host = createPluginHost({
      clock: new VirtualClock(),
      overrides: { codecs: { opus: 'mine' } },
      descriptors: [
        testPlugin('default', { contributes: { codecs: ['opus', 'pcm'] } }),
        testPlugin('mine', {
          contributes: { codecs: ['opus'] },
          plugin: { activate: ({ codecs }) => void codecs.register('opus', mine) },
        }),
      ],
    });
    expect(await host.contributions.codecs.get('opus')).toBe(mine);
    expect(await host.contributions.codecs.get('pcm')).toBe(passThroughCodec);
    const [defaults] = host.plugins();
    expect(defaults?.contributions).toEqual([
      { point: 'codecs', id: 'opus', isOverridden: true },
      { point: 'codecs', id: 'pcm', isOverridden: false },
    ]);
  });
});

describe('PluginHost: quarantine', () => {
  it('takes a plugin out of use after three faults while the stream goes on', async () => {
    const host = hostOf([
      testPlugin('bad', { contributes: { codecs: ['bad', 'worse'] } }),
      testPlugin('good', { contributes: { codecs: ['good'] } }),
    ]);
    const quarantines: string[] = [];
    const removed: string[] = [];
    host.onDidQuarantinePlugin(({ pluginId, operation, faults }) =>
      quarantines.push(`${pluginId} ${operation} ${faults}`),
    );
    host.contributions.codecs.onDidRemove(({ id, cause }) => removed.push(`${id} ${cause?.code}`));
    await host.contributions.codecs.get('bad');
    const guard = host.guard('bad', 'encode');
    let frames = 0;
    for (let frame = 0; frame < 50; frame++) {
      const payload = guard.call(
        (n: number) => (n >= 10 ? boom() : n),
        frame,
        (n) => -n,
      );
      frames += Math.abs(payload) === frame ? 1 : 0;
    }
    expect(frames).toBe(50);
    expect(quarantines).toEqual(['bad encode 3']);
    expect(removed).toEqual(['bad PLUGIN_FAILED', 'worse PLUGIN_FAILED']);
    expect(host.contributions.codecs.ids()).toEqual(['good']);
    const error = await rejectionOf(host.contributions.codecs.get('worse'));
    expect(error).toMatchObject({ code: 'PLUGIN_FAILED', hint: 'Usable: good.' });
    expect(error.message).toContain('boom');
    expect(host.plugins()[0]).toMatchObject({
      state: 'quarantined',
      faults: 3,
      cause: { code: 'PLUGIN_FAILED' },
    });
    await host.dispose();
    expect(host.plugins()[0]?.state).toBe('disposed');
  });

  it('keeps what the plugin holds until the end, and then ends it', async () => {
    const log: string[] = [];
    const host = hostOf([
      testPlugin('a', {
        contributes: { codecs: ['x'] },
        plugin: {
          activate: (context) => {
            context.codecs.register('x', passThroughCodec);
            context.subscriptions.add({ dispose: () => void log.push('released') });
          },
          deactivate: () => void log.push('deactivated'),
        },
      }),
    ]);
    await host.contributions.codecs.get('x');
    for (let fault = 0; fault < 3; fault++) host.guard('a', 'encode').run(boom, undefined);
    expect(log).toEqual([]);
    await host.dispose();
    expect(log).toEqual(['deactivated', 'released']);
  });

  it('is not disturbed by listeners that throw', async () => {
    const host = hostOf([testPlugin('a', { contributes: { codecs: ['x'] } })]);
    host.onDidChangePluginState(boom);
    host.onDidQuarantinePlugin(boom);
    host.contributions.codecs.onDidRemove(boom);
    await host.contributions.codecs.get('x');
    for (let fault = 0; fault < 3; fault++) host.guard('a', 'encode').run(boom, undefined);
    expect(host.plugins()[0]?.state).toBe('quarantined');
  });

  it('trips all guards at disposal', async () => {
    const host = hostOf([testPlugin('a', { contributes: { codecs: ['x'] } })]);
    await host.contributions.codecs.get('x');
    const guard = host.guard('a', 'encode');
    await host.dispose();
    expect(guard.run(() => 'plugin', 'fallback')).toBe('fallback');
  });
});

describe('PluginHost: order and delays', () => {
  it('gives one outcome whatever the order of plugins, needs and load times', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 24; round++) {
      const clock = new VirtualClock();
      const slow = (name: string, ids: string[], needs: string[] = []): TestPlugin => {
        const plugin = testPlugin(name, { contributes: { codecs: ids }, needs });
        const { load } = plugin;
        const loadMs = ((round + 1) * 37 * (name.charCodeAt(0) - 96)) % 500;
        plugin.load = () => delay(clock, loadMs).then(() => load());
        return plugin;
      };
      const plugins = [
        slow('a', ['x']),
        slow('b', ['x', 'y']),
        slow('c', ['z'], ['a']),
        slow('d', ['w'], ['b']),
      ];
      const order = plugins.map((_, at) => plugins[(at * (round % 2 === 0 ? 1 : 3) + round) % 4]!);
      const host = createPluginHost({ descriptors: order, clock });
      const ids = ['x', 'y', 'z', 'w'];
      const results = Promise.allSettled(
        ids.map((_, at) => host.contributions.codecs.get(ids[(at + round) % 4]!)),
      );
      await clock.advanceAsync(5000);
      await results;
      const { codecs } = host.contributions;
      outcomes.add(
        JSON.stringify([
          codecs.ids(),
          ids.map((id) => codecs.owner(id)),
          host.plugins().map(({ id, state }) => [id, state]),
        ]),
      );
      expect(clock.pendingTimers).toBe(0);
    }
    expect([...outcomes]).toHaveLength(1);
  });
});

describe('PluginHost: disposal', () => {
  it('leaves nothing behind of 100 hosts', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const clock = new VirtualClock();
    const release = vi.fn();
    const hosts: WeakRef<PluginHost>[] = [];
    for (let round = 0; round < 100; round++) {
      const plugin = testPlugin('a', {
        contributes: { codecs: ['x'] },
        plugin: {
          activate: (context) => {
            context.codecs.register('x', passThroughCodec);
            context.subscriptions.add(clock.setTimer(() => undefined, 1e9));
            context.subscriptions.add({ dispose: release });
          },
        },
      });
      const host = createPluginHost({ descriptors: [plugin], clock });
      host.onDidChangePluginState(() => undefined);
      await host.contributions.codecs.get('x');
      host.guard('a', 'encode').run(() => 1, 2);
      await host.dispose();
      hosts.push(new WeakRef(host));
    }
    expect(release).toHaveBeenCalledTimes(100);
    expect(clock.pendingTimers).toBe(0);
    // A virtual clock lets go of cancelled timers when it comes past them.
    clock.advance(2e9);
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(hosts.filter((host) => host.deref() !== undefined).length).toBeLessThan(5);
  });
});

describe('PluginHost: another copy of the contracts', () => {
  it('uses plugins made with it', async () => {
    vi.resetModules();
    const contracts = '@eloquence/plugin-api';
    const copy = (await import(contracts)) as typeof Contracts;
    const original = await import('./testing/test-plugin.js');
    expect(copy.Emitter).not.toBe(Emitter);
    const definition = copy.definePlugin({
      activate: ({ codecs }) => void codecs.register('x', original.passThroughCodec),
    });
    const failure = new copy.EloquenceError('TTS_FAILED', 'engine stopped');
    const host = hostOf([
      testPlugin('a', {
        contributes: { codecs: ['x'] },
        load: () => Promise.resolve({ default: definition }),
      }),
      testPlugin('b', {
        contributes: { codecs: ['y'] },
        plugin: { activate: () => Promise.reject(failure) },
      }),
    ]);
    expect(await host.contributions.codecs.get('x')).toBe(original.passThroughCodec);
    expect((await rejectionOf(host.contributions.codecs.get('y'))).cause).toBe(failure);
    const error = await host
      .guard('a', 'synthesize')
      .promise(() => Promise.reject(failure))
      .catch((e: unknown) => e);
    expect(error).toBe(failure);
  });
});
