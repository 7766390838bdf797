import { VirtualClock } from '@eloquence/base';
import type { Decision, Forecast, LinkState } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { createPluginHost } from '../default-plugin-host.js';
import type { PluginHost } from '../plugin-host.js';
import { testPlugin } from '../testing/test-plugin.js';
import { inspectPlugins } from './inspect-plugins.js';

const createHost = (): PluginHost =>
  createPluginHost({
    clock: new VirtualClock(),
    descriptors: [
      testPlugin('chooses', { contributes: { selectors: ['careful'] } }),
      testPlugin('predicts', { contributes: { forecasters: ['smooth', 'rough'] } }),
      testPlugin('mute', { contributes: { codecs: ['x'] } }),
    ],
  });

const forecast: Forecast = {
  deliveryMs: { p5: 11.6, p50: 20, p95: 40.2 },
  stallProbability: [0.034, 0.1, 0.1, 0.1, 0.1],
  capacityBytesPerSecond: 12_500,
};

function decision(n: number, more: Partial<Decision['input']> = {}, rule = 'loss'): Decision {
  const memory = {};
  return {
    id: n,
    atMs: 100 * n,
    kind: 'profile',
    selector: 'careful',
    applied: true,
    selection: { profileId: `P_${n}`, priority: 1, rule, reason: `${n} % are lost`, memory },
    input: {
      atMs: 100 * n,
      scenario: 'conversation',
      currentProfileId: 'P_0',
      profiles: [],
      receivers: [],
      leadMs: 0,
      memory,
      ...more,
    },
  };
}

function decisionsOf(host: PluginHost): Record<string, unknown> {
  return Object.fromEntries(inspectPlugins(host).map(({ id, decisions }) => [id, decisions]));
}

describe('decisions in the inspector', () => {
  it('counts those of each selector and shows the last one with rule and reason', () => {
    const host = createHost();
    for (let n = 1; n <= 1000; n++) host.recordDecision(decision(n), 'smooth');
    expect(decisionsOf(host)).toEqual({
      chooses: [
        {
          point: 'selectors',
          id: 'careful',
          count: 1000,
          last: { atMs: 100_000, rule: 'loss', reason: '1000 % are lost', profileId: 'P_1000' },
        },
      ],
      predicts: [],
      mute: [],
    });
  });

  it('names the forecaster whose forecast a decision was made with', () => {
    const host = createHost();
    const conditions = {} as LinkState;
    host.recordDecision(decision(1, { receivers: [{ conditions }, { conditions, forecast }] }), 'smooth');
    const { stallProbability, deliveryMs } = forecast;
    const vague: Forecast = { stallProbability, deliveryMs };
    host.recordDecision(decision(2, { receivers: [{ conditions, forecast: vague }] }), 'rough');
    expect(decisionsOf(host)['predicts']).toEqual([
      {
        point: 'forecasters',
        id: 'smooth',
        count: 1,
        last: {
          atMs: 100,
          rule: 'forecast',
          reason: 'delivery within 12–40 ms, a stall within 1 s: 3 %, 100 kbit/s',
        },
      },
      {
        point: 'forecasters',
        id: 'rough',
        count: 1,
        last: {
          atMs: 200,
          rule: 'forecast',
          reason: 'delivery within 12–40 ms, a stall within 1 s: 3 %',
        },
      },
    ]);
  });

  it('gives no plugin the credit for what the caller pinned, what stayed for want of a selector, or an unknown id', () => {
    const host = createHost();
    host.recordDecision(decision(1, { pinnedProfileId: 'P_1' }), 'smooth');
    host.recordDecision(decision(2, {}, 'fallback'), 'smooth');
    host.recordDecision({ ...decision(3), selector: 'gone' }, 'gone');
    expect(Object.values(decisionsOf(host)).flat()).toEqual([]);
  });

  it('keeps them when the plugin is taken out', async () => {
    const host = createHost();
    host.recordDecision(decision(1), 'smooth');
    await host.disable('chooses');
    expect(decisionsOf(host)['chooses']).toMatchObject([{ count: 1 }]);
  });
});
