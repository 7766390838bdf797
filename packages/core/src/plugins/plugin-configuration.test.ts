import { VirtualClock } from '@eloquence/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeSettings } from './plugin-configuration.js';
import { type PluginConfiguration, ConfigurationSchema } from './plugin-configuration.js';
import { createPluginHost } from './default-plugin-host.js';
import type { PluginHost } from './plugin-host.js';
import { rejectionOf, thrownBy } from './testing/rejection.js';
import { type TestPluginOptions, passThroughCodec, testPlugin } from './testing/test-plugin.js';

const schema = {
  type: 'object',
  properties: {
    complexity: { type: 'integer', minimum: 0, maximum: 10, default: 5, markdownDescription: 'Effort.' },
    mode: { enum: ['voip', 'audio'], default: 'voip' },
    limits: {
      type: 'object',
      properties: { maxMs: { type: 'number', default: 20 }, minMs: { type: 'number' } },
      default: {},
    },
    rates: { type: 'array', items: { type: 'number' } },
  },
};

function hostWith(configuration: PluginConfiguration, options: TestPluginOptions = {}): PluginHost {
  return createPluginHost({
    descriptors: [testPlugin('acme', { schema, ...options })],
    configuration,
    clock: new VirtualClock(),
  });
}

describe('configuration of plugins', () => {
  it('takes defaults < plugin < application < session', () => {
    const host = hostWith(
      { acme: { limits: { minMs: 3 }, rates: [3] } },
      { configuration: { complexity: 7, limits: { minMs: 1, maxMs: 2 }, rates: [1, 2] } },
    );
    expect(host.configurationOf('acme', { complexity: 1 })).toEqual({
      complexity: 1,
      mode: 'voip',
      limits: { minMs: 3, maxMs: 2 },
      rates: [3],
    });
    expect(host.configurationOf('acme')).toMatchObject({ complexity: 7 });
    expect(hostWith({}).configurationOf('acme')).toEqual({
      complexity: 5,
      mode: 'voip',
      limits: { maxMs: 20 },
    });
  });

  it('reaches the plugin frozen, without the session', async () => {
    let seen: Readonly<Record<string, unknown>> | undefined;
    const host = hostWith(
      { acme: { complexity: 2 } },
      {
        contributes: { codecs: ['x'] },
        plugin: {
          activate: (context) => {
            seen = context.configuration;
            context.codecs.register('x', passThroughCodec);
          },
        },
      },
    );
    host.configurationOf('acme', { complexity: 9 });
    await host.contributions.codecs.get('x');
    expect(seen).toEqual({ complexity: 2, mode: 'voip', limits: { maxMs: 20 } });
    expect(Object.isFrozen(seen) && Object.isFrozen(seen?.['limits'])).toBe(true);
  });

  it.each<[string, PluginConfiguration, RegExp, string | undefined]>([
    [
      'an unknown key',
      { acme: { complexty: 1 } },
      /'complexty' is not a setting.*application/,
      "Did you mean 'complexity'?",
    ],
    ['an unknown inner key', { acme: { limits: { maxms: 1 } } }, /'limits\.maxms'/, "Did you mean 'maxMs'?"],
    ['a number out of range', { acme: { complexity: 11 } }, /'complexity' must be <= 10/, undefined],
    ['a wrong type', { acme: { limits: { maxMs: 'x' } } }, /'limits\.maxMs' must be number/, undefined],
    ['a wrong choice', { acme: { mode: 'music' } }, /voip, audio/, undefined],
    ['an unknown plugin', { amce: {} }, /'amce', which is not installed/, "Did you mean 'acme'?"],
    ['no object', { acme: 3 as never }, /must be an object/, undefined],
  ])('refuses %s', (_, configuration, message, hint) => {
    const error = thrownBy(() => hostWith(configuration));
    expect(error.code).toBe('CONFIGURATION_INVALID');
    expect(error.message).toMatch(message);
    expect(error.hint).toBe(hint);
  });

  it('refuses settings of a plugin that has none, and of a session', () => {
    const host = createPluginHost({ descriptors: [testPlugin('bare')], clock: new VirtualClock() });
    expect(thrownBy(() => host.configurationOf('bare', { x: 1 })).message).toContain(
      '(session configuration)',
    );
    expect(host.configurationOf('bare')).toEqual({});
  });

  it('lets a schema that is open have further keys', () => {
    const open = new ConfigurationSchema('a', {
      type: 'object',
      properties: {},
      additionalProperties: { type: 'number' },
    });
    expect(open.resolve([{ name: 'session', settings: { x: 1 } }])).toEqual({ x: 1 });
    expect(thrownBy(() => open.resolve([{ name: 'session', settings: { x: 'y' } }])).message).toContain(
      "'x' must be number",
    );
  });

  it('fails a plugin whose schema is none, when it is needed', async () => {
    const broken = { schema: { type: 'nonsense' }, contributes: { codecs: ['x'] } };
    const host = hostWith({ acme: {} }, broken);
    expect((await rejectionOf(host.contributions.codecs.get('x'))).cause).toMatchObject({
      code: 'PLUGIN_INVALID',
    });
  });
});

describe('mergeSettings', () => {
  it('changes neither side, lets the upper one win, and cannot reach a prototype', () => {
    const settings = fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<unknown>);
    fc.assert(
      fc.property(settings, settings, (lower, upper) => {
        const before = JSON.stringify([lower, upper]);
        const merged = mergeSettings(lower, upper);
        expect(JSON.stringify([lower, upper])).toBe(before);
        expect(mergeSettings(merged, upper)).toEqual(merged);
        const keys = new Set(
          [...Object.keys(lower), ...Object.keys(upper)].filter((key) => key !== '__proto__'),
        );
        expect(new Set(Object.keys(merged))).toEqual(keys);
      }),
    );
    const merged = mergeSettings({}, JSON.parse('{"__proto__": {"polluted": 1}}') as Record<string, unknown>);
    expect(merged['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  });
});
