import { VirtualClock } from '@eloquence/base';
import type { Decision, Forecast } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { createPluginHost } from '../default-plugin-host.js';
import type { PluginHost } from '../plugin-host.js';
import { testSettings } from '../../session/testing/session-harness.js';
import { testPlugin } from '../testing/test-plugin.js';
import { inspectPlugins } from './inspect-plugins.js';

const createHost = (): PluginHost =>
  createPluginHost({
    clock: new VirtualClock(),
    descriptors: [
      testPlugin('chooses', { contributes: { policies: ['careful'] } }),
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
  const group = {
    ...{ receivers: [], settings: testSettings, adjustments: [] },
    ...{ profileId: `P_${n}`, rule, reason: `${n} % are lost` },
  };
  return {
    ...{ id: n, atMs: 100 * n, kind: 'profile', policy: 'careful', applied: true },
    output: { groups: [group], memory: {} },
    input: {
      ...{ nowMs: 100 * n, links: [], events: [], forecasts: {}, profiles: [], groups: [group] },
      ...{ config: {}, memory: {}, request },
      ...more,
    },
  };
}

const request = { scenario: 'conversation', labels: {}, phase: 'sending', bufferAheadMs: 0 } as const;

function decisionsOf(host: PluginHost): Record<string, unknown> {
  return Object.fromEntries(inspectPlugins(host).map(({ id, decisions }) => [id, decisions]));
}

describe('decisions in the inspector', () => {
  it('counts those of each policy and shows the last one with rule and reason', () => {
    const host = createHost();
    for (let n = 1; n <= 1000; n++) host.recordDecision(decision(n), 'smooth');
    expect(decisionsOf(host)).toEqual({
      chooses: [
        {
          point: 'policies',
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
    host.recordDecision(decision(1, { forecasts: { b: forecast } }), 'smooth');
    const { stallProbability, deliveryMs } = forecast;
    const vague: Forecast = { stallProbability, deliveryMs };
    host.recordDecision(decision(2, { forecasts: { a: vague } }), 'rough');
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

  it('gives no plugin the credit for what the caller pinned, what stayed for want of a policy, or an unknown id', () => {
    const host = createHost();
    host.recordDecision(decision(1, { request: { ...request, pinnedProfileId: 'P_1' } }), 'smooth');
    host.recordDecision(decision(2, {}, 'fallback'), 'smooth');
    host.recordDecision({ ...decision(3), policy: 'gone' }, 'gone');
    expect(Object.values(decisionsOf(host)).flat()).toEqual([]);
  });

  it('keeps them when the plugin is taken out', async () => {
    const host = createHost();
    host.recordDecision(decision(1), 'smooth');
    await host.disable('chooses');
    expect(decisionsOf(host)['chooses']).toMatchObject([{ count: 1 }]);
  });
});
