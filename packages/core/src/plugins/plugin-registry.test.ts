import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PluginRegistry, type PluginRegistryOptions } from './plugin-registry.js';
import { thrownBy } from './testing/rejection.js';
import { type TestPlugin, testPlugin } from './testing/test-plugin.js';

/** State and code of each plugin, by name and version; and who owns each codec. */
function outcome(plugins: readonly TestPlugin[], options: PluginRegistryOptions = {}) {
  const registry = new PluginRegistry(plugins, options);
  return {
    plugins: registry.plugins.map(({ id, version, state, cause }) => [
      id,
      version,
      state,
      cause?.code,
      cause?.message,
    ]),
    codecs: [...registry.ownersOf('codecs')].sort(),
  };
}

function only(plugins: readonly TestPlugin[], id: string, options: PluginRegistryOptions = {}) {
  return new PluginRegistry(plugins, options).plugins.find((plugin) => plugin.id === id)!;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

describe('PluginRegistry: versions of the API', () => {
  it.each([
    ['^1.0.0', '1.4.0', 'registered'],
    ['^1.2.0', '1.4.0', 'registered'],
    ['^1.5.0', '1.4.0', 'incompatible'],
    ['^2.0.0', '1.4.0', 'incompatible'],
    ['^0.9.0', '1.4.0', 'incompatible'],
    ['>=1.0.0 <3', '2.1.0', 'registered'],
  ])('%s on a host with %s is %s', (engine, apiVersion, state) => {
    const plugin = only([testPlugin('a', { engine })], 'a', { apiVersion });
    expect(plugin.state).toBe(state);
    if (state === 'incompatible') expect(plugin.cause?.code).toBe('PLUGIN_INCOMPATIBLE');
  });

  it('says which of the two is to be updated', () => {
    expect(only([testPlugin('a', { engine: '^3.0.0' })], 'a').cause?.hint).toBe('Update Eloquence.');
    expect(only([testPlugin('a', { engine: '^0.9.0' })], 'a').cause?.hint).toBe(
      "Update 'a'; docs/plugins/versioning.md lists the old names and the new ones.",
    );
  });

  it('refuses a proposed API that the host does not offer', () => {
    const plugins = [testPlugin('a', { manifest: { enabledApiProposals: ['workletHost'] } })];
    expect(only(plugins, 'a').state).toBe('incompatible');
    expect(only(plugins, 'a', { apiProposals: ['workletHost'] }).state).toBe('registered');
  });
});

describe('PluginRegistry: manifests', () => {
  it.each<[string, unknown, RegExp]>([
    ['no manifest', undefined, /manifest/],
    ['a number', 7, /manifest/],
    ['no engines', { name: 'a', version: '1.0.0', contributes: {} }, /engines/],
    ['a function in it', { name: 'a', version: '1.0.0', run: () => 1 }, /plain data/],
  ])('%s fails without an exception', (_, manifest, message) => {
    const [plugin] = new PluginRegistry([{ ...testPlugin('a'), manifest: manifest as never }]).plugins;
    expect(plugin?.state).toBe('failed');
    expect(plugin?.cause?.code).toBe('PLUGIN_INVALID');
    expect(plugin?.cause?.message).toMatch(message);
  });

  it('names path and value of what is wrong, and the nearest point', () => {
    const wrongId = only([testPlugin('a', { contributes: { codecs: ['Opus!'] } })], 'a').cause;
    expect(wrongId?.message).toContain('contributes.codecs[0].id must be lower-case words');
    expect(wrongId?.value).toBe('Opus!');
    const wrongPoint = only([testPlugin('a', { manifest: { contributes: { codec: [] } } })], 'a').cause;
    expect(wrongPoint?.message).toContain('contributes.codec is not a contribution point');
    expect(wrongPoint?.hint).toBe("Did you mean 'codecs'?");
    const repeated = only([testPlugin('a', { contributes: { codecs: ['x', 'x'] } })], 'a').cause;
    expect(repeated?.message).toContain("contributes.codecs[1].id repeats 'x'");
    expect(only([testPlugin('a', { engine: 'new' })], 'a').cause?.message).toContain(
      'engines.eloquence must be a range',
    );
  });

  it('never throws, whatever the manifest', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (manifest, contributes) => {
        const plugins = [manifest, { name: 'a', version: '1.0.0', engines: { eloquence: '*' }, contributes }];
        const registry = new PluginRegistry(
          plugins.map((item) => ({ manifest: item as never, load: () => neverLoaded() })),
        );
        expect(registry.plugins).toHaveLength(2);
      }),
    );
  });

  it('does not see later changes of the manifest', () => {
    const plugin = testPlugin('a', { contributes: { codecs: ['x'] } });
    const registry = new PluginRegistry([plugin]);
    (plugin.manifest.contributes.codecs as { id: string }[])[0]!.id = 'opus';
    expect(registry.plugins[0]?.manifest?.contributes.codecs?.[0]?.id).toBe('x');
    expect(Object.isFrozen(registry.plugins[0]?.manifest?.contributes.codecs)).toBe(true);
  });
});

describe('PluginRegistry: dependencies', () => {
  it('prints the path of a cycle, to each plugin in it', () => {
    const plugins = [
      testPlugin('a', { needs: ['b'] }),
      testPlugin('b', { needs: ['c', 'e'] }),
      testPlugin('c', { needs: ['a'] }),
      testPlugin('d', { needs: ['a'] }),
      testPlugin('e'),
      testPlugin('self', { needs: ['self'] }),
    ];
    expect(only(plugins, 'a').cause?.message).toContain('a → b → c → a');
    expect(only(plugins, 'b').cause?.message).toContain('b → c → a → b');
    expect(only(plugins, 'self').cause?.message).toContain('self → self');
    expect(only(plugins, 'd').cause?.code).toBe('PLUGIN_FAILED');
    expect((only(plugins, 'd').cause?.cause as Error).message).toContain('a → b → c → a');
    expect(only(plugins, 'e').state).toBe('registered');
    expect(plugins.map(({ loads }) => loads)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('names what is missing, and carries the chain of causes', () => {
    const plugins = [
      testPlugin('app', { needs: ['middle'] }),
      testPlugin('middle', { needs: ['old'] }),
      testPlugin('old', { engine: '^9.0.0' }),
      testPlugin('typo', { needs: ['midle'] }),
    ];
    expect(only(plugins, 'app').cause?.cause).toMatchObject({ code: 'PLUGIN_FAILED' });
    expect(only(plugins, 'app').cause?.message).toContain('needs the plugin API ^9.0.0');
    expect(only(plugins, 'typo').cause?.hint).toBe("Did you mean 'middle'?");
  });
});

describe('PluginRegistry: duplicates', () => {
  const one = testPlugin('one', { contributes: { codecs: ['opus', 'pcm'] } });
  const two = testPlugin('two', { contributes: { codecs: ['opus'], batchers: ['fast'] } });

  it('gives an id to the first by name, and tells the other what to write', () => {
    const { cause, state } = only([two, one], 'two');
    expect(state).toBe('failed');
    expect(cause?.code).toBe('PLUGIN_DUPLICATE');
    expect(cause?.hint).toContain("overrides: { codecs: { 'opus': 'two' } }");
    expect(new PluginRegistry([two, one]).ownersOf('codecs').get('opus')).toBe('one');
  });

  it('follows the choice of the application, and keeps the rest of both', () => {
    const registry = new PluginRegistry([one, two], { overrides: { codecs: { opus: 'two' } } });
    expect(registry.plugins.map(({ state }) => state)).toEqual(['registered', 'registered']);
    expect([...registry.ownersOf('codecs')].sort()).toEqual([
      ['opus', 'two'],
      ['pcm', 'one'],
    ]);
  });

  it('falls back to the others when the chosen plugin is not usable', () => {
    const broken = testPlugin('two', { engine: '^9.0.0', contributes: { codecs: ['opus'] } });
    const registry = new PluginRegistry([one, broken], { overrides: { codecs: { opus: 'two' } } });
    expect(registry.ownersOf('codecs').get('opus')).toBe('one');
  });

  it('throws for a choice that names nothing', () => {
    const choose = (overrides: object) => thrownBy(() => new PluginRegistry([one, two], { overrides }));
    expect(choose({ codec: {} }).hint).toBe("Did you mean 'codecs'?");
    expect(choose({ codecs: { opus: 'twoo' } }).hint).toBe("Did you mean 'two'?");
    expect(choose({ codecs: { opsu: 'two' } }).hint).toBe("Did you mean 'opus'?");
    expect(choose({ codecs: { opus: 'twoo' } }).code).toBe('CONFIGURATION_INVALID');
  });

  it('uses the newest of plugins with one name, and a usable one before an incompatible one', () => {
    const plugins = [
      testPlugin('a', { version: '1.2.0' }),
      testPlugin('a', { version: '1.10.0' }),
      testPlugin('a', { version: '2.0.0', engine: '^3.0.0' }),
    ];
    const states = new PluginRegistry(plugins).plugins.map(({ version, state }) => `${version} ${state}`);
    expect(states).toEqual(['2.0.0 incompatible', '1.10.0 registered', '1.2.0 failed']);
  });

  it('takes one descriptor given twice for one plugin', () => {
    expect(new PluginRegistry([one, one]).plugins).toHaveLength(1);
  });
});

describe('PluginRegistry: order', () => {
  it('gives one outcome for every permutation', () => {
    const plugins = [
      testPlugin('a', { contributes: { codecs: ['x', 'a'] }, needs: ['e'] }),
      testPlugin('b', { contributes: { codecs: ['x'] } }),
      testPlugin('c', { contributes: { codecs: ['y'] }, needs: ['b'] }),
      testPlugin('d', { contributes: { codecs: ['y', 'z'] } }),
      testPlugin('d', { version: '0.9.0', contributes: { codecs: ['q'] } }),
      testPlugin('e', { engine: '^2.0.0' }),
    ];
    const all = permutations(plugins);
    expect(all).toHaveLength(720);
    const expected = outcome(plugins);
    for (const order of all) expect(outcome(order)).toEqual(expected);
    for (const order of all.slice(0, 50)) {
      const overrides = { codecs: { x: 'b' } };
      expect(outcome(order, { overrides })).toEqual(outcome(plugins, { overrides }));
    }
  });
});

function neverLoaded(): never {
  throw new Error('loaded');
}
