import { VirtualClock, createDeferred } from '@eloquence/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPluginHost } from './default-plugin-host.js';
import type { PluginHost, PluginHostOptions } from './plugin-host.js';
import { rejectionOf } from './testing/rejection.js';
import { passThroughCodec, testPlugin } from './testing/test-plugin.js';

const clock = new VirtualClock();
const hostOf = (
  descriptors: PluginHostOptions['descriptors'],
  options: Partial<PluginHostOptions> = {},
): PluginHost => createPluginHost({ descriptors, clock, ...options });

const stateOf = (host: PluginHost, id: string): string | undefined =>
  host.plugins().find((plugin) => plugin.id === id)?.state;

describe('PluginHost.disable', () => {
  it('keeps a plugin out that was never loaded, and lets it back in', async () => {
    const plugin = testPlugin('a', { contributes: { codecs: ['x'] } });
    const host = hostOf([plugin]);
    await host.disable('a');
    await host.disable('a');
    expect([stateOf(host, 'a'), host.contributions.codecs.ids()]).toEqual(['disabled', []]);
    expect(await rejectionOf(host.contributions.codecs.get('x'))).toMatchObject({
      code: 'PLUGIN_FAILED',
      message: "The codec 'x' cannot be had: Plugin 'a' is disabled.",
    });
    expect(plugin.loads).toBe(0);
    await host.enable('a');
    expect(await host.contributions.codecs.get('x')).toBe(passThroughCodec);
    expect(stateOf(host, 'a')).toBe('active');
  });

  it('trips the guards of what runs before anything else can happen, then deactivates', async () => {
    const order: string[] = [];
    const ended = createDeferred();
    const host = hostOf([
      testPlugin('a', {
        contributes: { codecs: ['x'] },
        plugin: {
          activate: ({ codecs, subscriptions }) => {
            codecs.register('x', passThroughCodec);
            subscriptions.add({ dispose: () => order.push('released') });
          },
          deactivate: async () => {
            order.push('deactivate');
            await ended.promise;
          },
        },
      }),
    ]);
    await host.contributions.codecs.get('x');
    const guard = host.guard('a', 'encode');
    const disabled = host.disable('a').then(() => order.push('disabled'));
    expect([guard.isTripped, guard.run(() => 'plugin', 'fallback'), stateOf(host, 'a')]).toEqual([
      true,
      'fallback',
      'disabled',
    ]);
    ended.resolve();
    await disabled;
    expect(order).toEqual(['deactivate', 'released', 'disabled']);
    // A guard of the new life is another one.
    await host.enable('a');
    await host.contributions.codecs.get('x');
    expect([guard.isTripped, host.guard('a', 'encode').isTripped]).toEqual([true, false]);
  });

  it('waits with the new activation until the old life has ended', async () => {
    const order: string[] = [];
    const ended = createDeferred();
    const host = hostOf([
      testPlugin('a', {
        contributes: { codecs: ['x'] },
        plugin: {
          activate: ({ codecs }) => {
            order.push('activate');
            codecs.register('x', passThroughCodec);
          },
          deactivate: async () => {
            await ended.promise;
            order.push('deactivated');
          },
        },
      }),
    ]);
    await host.contributions.codecs.get('x');
    const disabled = host.disable('a');
    await host.enable('a');
    const again = host.contributions.codecs.get('x');
    ended.resolve();
    await Promise.all([disabled, again]);
    expect(order).toEqual(['activate', 'deactivated', 'activate']);
  });

  it('takes those that need it along, and says why', async () => {
    const host = hostOf([
      testPlugin('base', { contributes: { codecs: ['x'] } }),
      testPlugin('top', { contributes: { codecs: ['y'] }, needs: ['base'] }),
    ]);
    await host.contributions.codecs.get('y');
    const order: string[] = [];
    host.onDidChangePluginState(({ pluginId, from, to }) => order.push(`${pluginId}: ${from} → ${to}`));
    await host.disable('base');
    expect(order.sort()).toEqual(['base: active → disabled', 'top: active → failed']);
    expect(host.plugins().find(({ id }) => id === 'top')?.cause?.message).toBe(
      "Plugin 'top' needs plugin 'base', which is not usable: Plugin 'base' is disabled.",
    );
    await host.enable('base');
    await host.contributions.codecs.get('y');
    expect([stateOf(host, 'base'), stateOf(host, 'top')]).toEqual(['active', 'active']);
  });

  it('hands the ids to another plugin that contributes them, and tells', async () => {
    const other = { ...passThroughCodec };
    const host = hostOf([
      testPlugin('a', { contributes: { codecs: ['x'] } }),
      testPlugin('b', {
        contributes: { codecs: ['x'] },
        plugin: { activate: ({ codecs }) => void codecs.register('x', other) },
      }),
    ]);
    expect(stateOf(host, 'b')).toBe('failed');
    expect(await host.contributions.codecs.get('x')).toBe(passThroughCodec);
    const told: string[] = [];
    host.contributions.codecs.onDidRemove(({ id, pluginId }) => told.push(`-${id} of ${pluginId}`));
    host.contributions.codecs.onDidAdd(({ id, pluginId }) => told.push(`+${id} of ${pluginId}`));
    await host.disable('a');
    expect(await host.contributions.codecs.get('x')).toBe(other);
    await host.enable('a');
    expect(await host.contributions.codecs.get('x')).toBe(passThroughCodec);
    expect(told).toEqual(['-x of a', '+x of b', '-x of b', '+x of a']);
  });

  it('forgives the faults of a plugin that is put back', async () => {
    const host = hostOf([testPlugin('a', { contributes: { codecs: ['x'] } })]);
    await host.contributions.codecs.get('x');
    const guard = host.guard('a', 'encode');
    for (let call = 0; call < 3; call++) guard.run(() => JSON.parse('{') as unknown, undefined);
    expect(stateOf(host, 'a')).toBe('quarantined');
    await host.disable('a');
    await host.enable('a');
    expect(await host.contributions.codecs.get('x')).toBe(passThroughCodec);
    expect(host.plugins()[0]).toMatchObject({ state: 'active', faults: 0 });
  });

  it('ends an activation in progress', async () => {
    const host = hostOf([
      testPlugin('a', {
        contributes: { codecs: ['x'] },
        plugin: { activate: () => new Promise<void>(() => undefined) },
      }),
    ]);
    const got = rejectionOf(host.contributions.codecs.get('x'));
    await Promise.resolve();
    await host.disable('a');
    expect((await got).code).toMatch(/DISPOSED|PLUGIN_FAILED/);
    expect(stateOf(host, 'a')).toBe('disabled');
  });

  it('tells what went wrong at the end, and has disabled it even so', async () => {
    const host = hostOf([
      testPlugin('a', {
        contributes: { codecs: ['x'] },
        plugin: {
          activate: ({ codecs }) => void codecs.register('x', passThroughCodec),
          deactivate: () => Promise.reject(new Error('stuck')),
        },
      }),
    ]);
    await host.contributions.codecs.get('x');
    await expect(host.disable('a')).rejects.toThrow("Plugin 'a' failed while it was ended: stuck");
    expect(stateOf(host, 'a')).toBe('disabled');
    await host.dispose();
    expect((await rejectionOf(host.disable('a'))).code).toBe('DISPOSED');
  });

  it('refuses names that are not those of plugins, with the nearest', async () => {
    const host = hostOf([testPlugin('@acme/opus')]);
    for (const change of [host.disable('@acme/opsu'), host.enable('@acme/opsu')]) {
      expect(await rejectionOf(change)).toMatchObject({
        code: 'OPTION_INVALID',
        hint: "Did you mean '@acme/opus'?",
      });
    }
    expect(() => hostOf([testPlugin('@acme/opus')], { disabled: ['@acme/opsu'] })).toThrow(
      "disable: no plugin is called '@acme/opsu'.",
    );
  });

  it('comes to the same state by whatever way', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const descriptors = [
      testPlugin('a', { contributes: { codecs: ['x'] } }),
      testPlugin('b', { contributes: { codecs: ['x', 'y'] } }),
      testPlugin('c', { contributes: { codecs: ['y'] }, needs: ['a'] }),
      testPlugin('d', { contributes: { codecs: ['z'] }, needs: ['c'] }),
    ];
    const verdicts = (host: PluginHost): unknown =>
      host
        .plugins()
        .map(({ id, state, cause }) => [id, state === 'active' ? 'registered' : state, cause?.message]);
    const step = fc.record({ name: fc.constantFrom(...names), disable: fc.boolean(), use: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const host = hostOf(descriptors);
        const out = new Set<string>();
        for (const { name, disable, use } of steps) {
          await (disable ? host.disable(name) : host.enable(name));
          if (disable) out.add(name);
          else out.delete(name);
          if (use) for (const id of host.contributions.codecs.ids()) await host.contributions.codecs.get(id);
        }
        expect(verdicts(host)).toEqual(verdicts(hostOf(descriptors, { disabled: [...out] })));
        await host.dispose();
      }),
      { numRuns: 40 },
    );
  });
});

describe('PluginHost.choose', () => {
  it('chooses the provider of an id, and leaves what runs on the one before alone', async () => {
    const other = { ...passThroughCodec };
    const host = hostOf(
      [
        testPlugin('a', { contributes: { codecs: ['x'] } }),
        testPlugin('b', {
          contributes: { codecs: ['x'] },
          plugin: { activate: ({ codecs }) => void codecs.register('x', other) },
        }),
      ],
      { overrides: { codecs: { x: 'a' } } },
    );
    expect(await host.contributions.codecs.get('x')).toBe(passThroughCodec);
    const guard = host.guard('a', 'encode');
    await host.choose('codecs', 'x', 'b');
    expect(await host.contributions.codecs.get('x')).toBe(other);
    expect([guard.isTripped, stateOf(host, 'a'), stateOf(host, 'b')]).toEqual([false, 'active', 'active']);
    expect(await rejectionOf(host.choose('codecs', 'x', 'c'))).toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
    expect(await host.contributions.codecs.get('x')).toBe(other);
    await host.choose('codecs', 'x', undefined);
    expect([host.contributions.codecs.owner('x'), stateOf(host, 'b')]).toEqual(['a', 'failed']);
  });
});

describe('proposed API', () => {
  const plugin = (): { seen: unknown; descriptor: ReturnType<typeof testPlugin> } => {
    const result: { seen: unknown; descriptor: ReturnType<typeof testPlugin> } = {
      seen: undefined,
      descriptor: testPlugin('a', {
        contributes: { codecs: ['x'] },
        manifest: { enabledApiProposals: ['clock'] },
        plugin: {
          activate: ({ codecs, proposed }) => {
            result.seen = proposed.clock;
            codecs.register('x', passThroughCodec);
          },
        },
      }),
    };
    return result;
  };

  it('is there for a plugin that asks for it, if the application offers it', async () => {
    const asking = plugin();
    await hostOf([asking.descriptor], { apiProposals: ['clock'] }).contributions.codecs.get('x');
    expect(asking.seen).toBe(clock);
  });

  it('is absent for a plugin that does not ask, and refused where it is not offered', async () => {
    let seen: unknown = 'nothing yet';
    const silent = testPlugin('b', {
      contributes: { codecs: ['y'] },
      plugin: {
        activate: ({ codecs, proposed }) => {
          seen = proposed.clock;
          codecs.register('y', passThroughCodec);
        },
      },
    });
    const host = hostOf([plugin().descriptor, silent], {});
    await host.contributions.codecs.get('y');
    expect(seen).toBeUndefined();
    expect(host.plugins()[0]).toMatchObject({
      state: 'incompatible',
      cause: { hint: "Offer it, if you accept that it may change: apiProposals: ['clock']." },
    });
    const offering = hostOf([silent], { apiProposals: ['clock'] });
    await offering.contributions.codecs.get('y');
    expect(seen).toBeUndefined();
  });

  it('that does not exist is refused with the nearest name', () => {
    const host = hostOf([testPlugin('a', { manifest: { enabledApiProposals: ['clokc'] } })]);
    expect(host.plugins()[0]?.cause?.hint).toBe("Did you mean 'clock'?");
  });
});
