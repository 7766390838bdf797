import { type Batcher, type PluginContext, type PluginManifest, definePlugin } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { describePlugin, pluginRules } from './describe-plugin.js';

const manifest: PluginManifest = {
  name: 'acme-batching',
  version: '1.0.0',
  engines: { eloquence: '^2.0.0' },
  contributes: { batchers: [{ id: 'eager' }, { id: 'lazy' }] },
};

const factory = { create: (): Batcher => ({ decide: () => ({ flush: true, reason: 'always' }) }) };

function register(context: PluginContext, ids: readonly string[]): void {
  for (const id of ids) context.subscriptions.add(context.batchers.register(id, factory));
}

const right = definePlugin({ activate: (context) => register(context, ['eager', 'lazy']) });
let isActive = false;

const broken: Readonly<Record<string, { plugin: typeof right; manifest: PluginManifest }>> = {
  'is marked by definePlugin': { plugin: right, manifest: { ...manifest, engines: { eloquence: '' } } },
  'registers exactly what': {
    plugin: definePlugin({ activate: (context) => register(context, ['eager']) }),
    manifest,
  },
  'is active within': {
    plugin: definePlugin({
      async activate(context) {
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
        register(context, ['eager', 'lazy']);
      },
    }),
    manifest: { ...manifest },
  },
  'withdraws everything': {
    plugin: definePlugin({
      activate(context) {
        context.batchers.register('eager', factory);
        register(context, ['lazy']);
      },
    }),
    manifest,
  },
  'can be active in two hosts': {
    plugin: definePlugin({
      activate(context) {
        if (isActive) return;
        isActive = true;
        register(context, ['eager', 'lazy']);
        context.subscriptions.add({ dispose: () => (isActive = false) });
      },
    }),
    manifest,
  },
};

describe('describePlugin', () => {
  it('finds nothing wrong with a right plugin', async () => {
    expect(await failuresOf((framework) => describePlugin(framework, { plugin: right, manifest }))).toEqual(
      [],
    );
  });

  it('has a broken plugin for each rule', () => {
    for (const rule of pluginRules) {
      expect(Object.keys(broken).filter((words) => rule.title.includes(words))).toHaveLength(1);
    }
    expect(Object.keys(broken)).toHaveLength(pluginRules.length);
  });

  it.each(Object.keys(broken))('rejects a plugin that breaks "%s"', async (words) => {
    const rule = pluginRules.find(({ title }) => title.includes(words));
    await expect(Promise.resolve(broken[words]!).then((subject) => rule?.check(subject))).rejects.toThrow();
  });

  it('does not wait for ever for a plugin that hangs', async () => {
    const plugin = definePlugin({ activate: () => new Promise<void>(() => undefined) });
    const rule = pluginRules.find(({ title }) => title.includes('is active within'))!;
    await expect(rule.check({ plugin, manifest })).rejects.toThrow('does not settle');
  }, 10_000);
});
