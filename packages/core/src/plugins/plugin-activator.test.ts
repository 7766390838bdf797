import { VirtualClock } from '@eloquence/base';
import { type EloquenceError, type PluginContext, toDisposable } from '@eloquence/plugin-api';
import { describe, expect, it, vi } from 'vitest';
import { createPluginHost } from './default-plugin-host.js';
import type { PluginHostOptions } from './plugin-host.js';
import { rejectionOf } from './testing/rejection.js';
import { type TestPlugin, passThroughCodec, testPlugin } from './testing/test-plugin.js';

function createHost(descriptors: readonly TestPlugin[], options: Partial<PluginHostOptions> = {}) {
  const clock = new VirtualClock();
  const host = createPluginHost({ descriptors, clock, ...options });
  const changes: string[] = [];
  host.onDidChangePluginState(({ pluginId, from, to }) => changes.push(`${pluginId}: ${from} → ${to}`));
  return { host, clock, changes, info: (id: string) => host.plugins().find((plugin) => plugin.id === id)! };
}

const forever = (): Promise<never> => new Promise(() => undefined);

describe('activation by need', () => {
  it('loads once for 1 000 concurrent needs, and nothing of 200 that nobody needs', async () => {
    const used = testPlugin('used', { contributes: { codecs: ['opus', 'pcm'] } });
    const unused = Array.from({ length: 200 }, (_, at) =>
      testPlugin(`unused-${at}`, { contributes: { codecs: [`codec-${at}`] } }),
    );
    const { host, info } = createHost([...unused, used]);
    expect(host.contributions.codecs.ids()).toHaveLength(202);
    const needs = Array.from({ length: 1000 }, (_, at) =>
      host.contributions.codecs.get(at % 2 === 0 ? 'opus' : 'pcm'),
    );
    const codecs = await Promise.all(needs);
    expect(new Set(codecs)).toEqual(new Set([passThroughCodec]));
    expect(used.loads).toBe(1);
    expect(unused.reduce((sum, { loads }) => sum + loads, 0)).toBe(0);
    expect(info('used').activatedBy).toBe('onCodec:opus');
  });

  it('activates dependencies first, each once, and ends them last', async () => {
    const log: string[] = [];
    const logged = (name: string, needs: string[]): TestPlugin =>
      testPlugin(name, {
        needs,
        contributes: name === 'top' ? { codecs: ['x'] } : {},
        plugin: {
          activate: (context) => {
            log.push(`+${name}`);
            if (name === 'top') context.codecs.register('x', passThroughCodec);
          },
          deactivate: () => void log.push(`-${name}`),
        },
      });
    const plugins = [
      logged('top', ['left', 'right']),
      logged('left', ['base']),
      logged('right', ['base']),
      logged('base', []),
    ];
    const { host, info } = createHost(plugins);
    await host.contributions.codecs.get('x');
    expect(log[0]).toBe('+base');
    expect(log[3]).toBe('+top');
    expect(plugins.map(({ loads }) => loads)).toEqual([1, 1, 1, 1]);
    expect(info('base').activatedBy).toBe('dependency of left');
    const started = log.map((line) => line.slice(1));
    log.length = 0;
    await host.dispose();
    expect(log.map((line) => line.slice(1))).toEqual(started.reverse());
  });

  it('never loads what is incompatible, and says so to who asks', async () => {
    const plugin = testPlugin('a', { engine: '^3.0.0', contributes: { codecs: ['x'] } });
    const { host } = createHost([plugin]);
    const error = await rejectionOf(host.contributions.codecs.get('x'));
    expect(error.code).toBe('PLUGIN_FAILED');
    expect(error.cause).toMatchObject({ code: 'PLUGIN_INCOMPATIBLE' });
    expect(plugin.loads).toBe(0);
    expect(host.contributions.codecs.ids()).toEqual([]);
  });

  it('goes through the states and measures', async () => {
    const { host, clock, changes, info } = createHost([
      testPlugin('a', {
        contributes: { codecs: ['x'] },
        plugin: {
          activate: async (context) => {
            await new Promise<void>((resolve) => context.subscriptions.add(clockOf().setTimer(resolve, 30)));
            context.codecs.register('x', passThroughCodec);
          },
        },
      }),
    ]);
    const clockOf = (): VirtualClock => clock;
    const codec = host.contributions.codecs.get('x');
    await clock.advanceAsync(100);
    await codec;
    expect(info('a')).toMatchObject({ state: 'active', loadMs: 0, activationMs: 30, faults: 0 });
    await host.dispose();
    expect(changes).toEqual(['a: registered → activating', 'a: activating → active', 'a: active → disposed']);
  });
});

describe('activation that fails', () => {
  it('gives up on one that hangs, and disposes what it adds later', async () => {
    let context: PluginContext | undefined;
    let finish: (() => void) | undefined;
    const early = vi.fn();
    const late = vi.fn();
    const plugin = testPlugin('a', {
      contributes: { codecs: ['x'] },
      plugin: {
        activate: (given) => {
          context = given;
          given.subscriptions.add({ dispose: early });
          return new Promise((_, reject) => (finish = () => reject(new Error('too late'))));
        },
      },
    });
    const { host, clock, info } = createHost([plugin]);
    const failure = rejectionOf(host.contributions.codecs.get('x'));
    await clock.advanceAsync(1999);
    expect(info('a').state).toBe('activating');
    expect(context?.signal.aborted).toBe(false);
    await clock.advanceAsync(1);
    const error = await failure;
    expect(error.code).toBe('PLUGIN_FAILED');
    expect(error.cause).toMatchObject({ code: 'PLUGIN_TIMEOUT' });
    expect(info('a')).toMatchObject({ state: 'failed', activationMs: 2000 });
    expect(context?.signal.aborted).toBe(true);
    expect(early).toHaveBeenCalledTimes(1);
    context?.subscriptions.add({ dispose: late });
    expect(late).toHaveBeenCalledTimes(1);
    expect(() => context?.codecs.register('x', passThroughCodec)).toThrow('after it had ended');
    finish?.();
    await clock.advanceAsync(0);
    expect(info('a').lateRejections).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives up on code that is never loaded, and on code that blocks', async () => {
    const { host, clock, info } = createHost([
      testPlugin('hung', { contributes: { codecs: ['x'] }, load: forever }),
      testPlugin('blocking', {
        contributes: { codecs: ['y'] },
        plugin: {
          activate: (context) => {
            context.codecs.register('y', passThroughCodec);
            clockOf().advance(2500);
          },
        },
      }),
    ]);
    const clockOf = (): VirtualClock => clock;
    const failures = Promise.all(['x', 'y'].map((id) => rejectionOf(host.contributions.codecs.get(id))));
    await clock.advanceAsync(20_000);
    expect((await failures).map(({ cause }) => (cause as EloquenceError).code)).toEqual([
      'PLUGIN_TIMEOUT',
      'PLUGIN_TIMEOUT',
    ]);
    expect(info('blocking').state).toBe('failed');
  });

  it.each([0, 1, 2, 3])(
    'rolls back, last-in first-out, what was registered before step %d threw',
    async (step) => {
      const log: string[] = [];
      const own = (context: PluginContext, name: string): void => {
        context.subscriptions.add(toDisposable(() => log.push(name)));
      };
      const steps = [
        (context: PluginContext): unknown => own(context, 'first'),
        (context: PluginContext): unknown => context.codecs.register('x', passThroughCodec),
        (context: PluginContext): unknown => own(context, 'second'),
      ];
      const plugin = testPlugin('a', {
        contributes: { codecs: ['x', 'y'] },
        plugin: {
          activate: async (context) => {
            for (const [at, run] of steps.entries()) {
              if (at === step) throw new Error(`step ${step}`);
              run(context);
              await Promise.resolve();
            }
            throw new Error(`step ${step}`);
          },
        },
      });
      const { host, info, clock } = createHost([plugin]);
      const removed: string[] = [];
      host.contributions.codecs.onDidRemove(({ id }) => removed.push(id));
      const error = await rejectionOf(host.contributions.codecs.get('x'));
      expect(error.message).toContain(`step ${step}`);
      expect(log).toEqual([[], ['first'], ['first'], ['second', 'first']][step]);
      expect(host.contributions.codecs.ids()).toEqual([]);
      expect(removed).toEqual(['x', 'y']);
      expect(info('a').state).toBe('failed');
      expect(clock.pendingTimers).toBe(0);
      await rejectionOf(host.contributions.codecs.get('y'));
      expect(plugin.loads).toBe(1);
    },
  );

  it.each<[string, (context: PluginContext) => void, string]>([
    ['registers less than announced', () => undefined, 'PLUGIN_INVALID'],
    [
      'registers what is not announced',
      (context) => context.codecs.register('z', passThroughCodec),
      'CONTRIBUTION_UNKNOWN',
    ],
    [
      'hides that it registered what is not announced',
      (context) => {
        context.codecs.register('x', passThroughCodec);
        try {
          context.batchers.register('x', { create: () => ({ decide: () => ({ flush: true, reason: '' }) }) });
        } catch {
          // As a plugin might.
        }
      },
      'CONTRIBUTION_UNKNOWN',
    ],
    [
      'registers twice',
      (context) => {
        context.codecs.register('x', passThroughCodec);
        context.codecs.register('x', passThroughCodec);
      },
      'PLUGIN_DUPLICATE',
    ],
    [
      'registers something else',
      (context) => context.codecs.register('x', { encode: 1 } as never),
      'PLUGIN_INVALID',
    ],
    ['registers null', (context) => context.codecs.register('x', null as never), 'PLUGIN_INVALID'],
    [
      'takes it back at once',
      (context) => context.codecs.register('x', passThroughCodec).dispose(),
      'PLUGIN_INVALID',
    ],
    [
      'throws what cannot be printed',
      () => {
        throw Object.create(null);
      },
      'PLUGIN_FAILED',
    ],
  ])('of a plugin that %s', async (_, activate, code) => {
    const { host, info } = createHost([
      testPlugin('a', { contributes: { codecs: ['x'] }, plugin: { activate } }),
    ]);
    const error = await rejectionOf(host.contributions.codecs.get('x'));
    expect(error.code).toBe('PLUGIN_FAILED');
    expect(error.cause).toMatchObject({ code });
    expect(info('a').state).toBe('failed');
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no default export', {}],
    ['an object that is not a plugin', { default: { activate: () => undefined } }],
    ['a plugin without activate', { default: { $type: 'eloquence.plugin' } }],
  ])('of a module with %s', async (_, module) => {
    const load = (): Promise<never> => Promise.resolve(module as never);
    const { host } = createHost([testPlugin('a', { contributes: { codecs: ['x'] }, load })]);
    const error = await rejectionOf(host.contributions.codecs.get('x'));
    expect(error.cause).toMatchObject({
      code: 'PLUGIN_INVALID',
      hint: expect.stringContaining('definePlugin'),
    });
  });

  it('reports errors of the roll-back together with the cause', async () => {
    const activate = (context: PluginContext): void => {
      context.subscriptions.add(toDisposable(() => fail('undo')));
      fail('do');
    };
    const { host, info } = createHost([
      testPlugin('a', { contributes: { codecs: ['x'] }, plugin: { activate } }),
    ]);
    await rejectionOf(host.contributions.codecs.get('x'));
    expect(info('a').cause?.message).toMatch(/do.*undo/);
  });

  it('fails the dependents with the chain, and nobody else', async () => {
    const { host, info } = createHost([
      testPlugin('base', { plugin: { activate: () => fail('boom') } }),
      testPlugin('middle', { needs: ['base'] }),
      testPlugin('top', { needs: ['middle'], contributes: { codecs: ['x'] } }),
      testPlugin('other', { contributes: { codecs: ['y'] } }),
    ]);
    const error = await rejectionOf(host.contributions.codecs.get('x'));
    expect(error.message).toMatch(/'middle'.*'base'.*boom/);
    expect(error.hint).toContain('y');
    expect(['base', 'middle', 'top'].map((id) => info(id).state)).toEqual(['failed', 'failed', 'failed']);
    await expect(host.contributions.codecs.get('y')).resolves.toBe(passThroughCodec);
  });
});

describe('the context of a plugin', () => {
  it('is frozen and has nothing but its parts', async () => {
    let context: PluginContext | undefined;
    const { host } = createHost([
      testPlugin('a', {
        contributes: { codecs: ['x'] },
        plugin: {
          activate: (given) => {
            context = given;
            given.codecs.register('x', passThroughCodec);
            given.log.warn('w'.repeat(5000));
          },
        },
      }),
    ]);
    const messages: string[] = [];
    host.onDidLog(({ message }) => messages.push(message));
    await host.contributions.codecs.get('x');
    expect(Object.keys(context!).sort()).toEqual([
      'batchers',
      'codecs',
      'configuration',
      'forecasters',
      'log',
      'monitors',
      'pluginId',
      'policies',
      'profiles',
      'proposed',
      'rules',
      'services',
      'signal',
      'subscriptions',
      'textFilters',
      'transports',
      'ttsEngines',
    ]);
    for (const part of [
      context,
      context?.codecs,
      context?.log,
      context?.subscriptions,
      context?.configuration,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(Object.keys(context!.codecs)).toEqual(['register']);
    expect(Object.keys(context!.subscriptions)).toEqual(['add']);
    expect(messages.map(({ length }) => length)).toEqual([2000]);
  });
});

describe('the end of plugins', () => {
  it('goes on when deactivate hangs or throws, and reports all of it', async () => {
    const log: string[] = [];
    const held = (
      name: string,
      deactivate: () => Promise<void> | void,
      release = () => void log.push(name),
    ): TestPlugin =>
      testPlugin(name, {
        contributes: { codecs: [name] },
        plugin: {
          activate: (context) => {
            context.codecs.register(name, passThroughCodec);
            context.subscriptions.add(toDisposable(release));
          },
          deactivate,
        },
      });
    const { host, clock, info } = createHost([
      held('hangs', forever),
      held('throws', () => fail('deactivate')),
      held(
        'leaks',
        () => undefined,
        () => fail('release'),
      ),
      held('fine', () => undefined),
    ]);
    for (const id of ['hangs', 'throws', 'leaks', 'fine']) await host.contributions.codecs.get(id);
    const end = host.dispose();
    expect(host.dispose()).toBe(end);
    const failure = end.catch((error: unknown) => error as AggregateError);
    await clock.advanceAsync(2000);
    const error = (await failure) as AggregateError;
    expect(log).toEqual(['fine', 'throws', 'hangs']);
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.errors.map(({ message }: Error) => message)).toEqual([
      expect.stringContaining("'leaks'"),
      expect.stringContaining("'throws'"),
      expect.stringContaining("'hangs'"),
    ]);
    expect(host.plugins().map(({ state }) => state)).toEqual([
      'disposed',
      'disposed',
      'disposed',
      'disposed',
    ]);
    expect(clock.pendingTimers).toBe(0);
    expect(info('hangs').state).toBe('disposed');
  });

  it('stops activations that are under way, and refuses new ones', async () => {
    const other = testPlugin('b', { contributes: { codecs: ['y'] } });
    const activate = vi.fn();
    const { host, clock } = createHost([
      testPlugin('a', { contributes: { codecs: ['x'] }, plugin: { activate: forever } }),
      testPlugin('slow', { contributes: { codecs: ['z'] }, load: () => forever(), plugin: { activate } }),
      other,
    ]);
    const failures = ['x', 'z'].map((id) => rejectionOf(host.contributions.codecs.get(id)));
    await clock.advanceAsync(1);
    await host.dispose();
    await host.dispose();
    expect((await Promise.all(failures)).map(({ code }) => code)).toEqual(['DISPOSED', 'DISPOSED']);
    expect((await rejectionOf(host.contributions.codecs.get('y'))).code).toBe('DISPOSED');
    expect(other.loads).toBe(0);
    expect(activate).not.toHaveBeenCalled();
    expect(clock.pendingTimers).toBe(0);
  });
});

function fail(message: string): never {
  throw new Error(message);
}
