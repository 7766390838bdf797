import { VirtualClock } from '@eloquence/base';
import type { ControlDecision, ControlRule, Forecast } from '@eloquence/plugin-api';
import { profileSettings } from '@eloquence/plugin-contracts';
import { describe, expect, it } from 'vitest';
import { inlinePlugin } from '../testing/plugin-harness.js';
import { diagnosePlugins } from './diagnose-plugins.js';

type Decide = (n: number) => Partial<ControlDecision> | undefined;
type Predict = () => Partial<Forecast> | undefined;

const settings = profileSettings();
const group = {
  ...{ receivers: [], profileId: 'TRIAL_LOW', settings, rule: 'r', reason: 's' },
  adjustments: [],
};
const right: ControlDecision = { groups: [group], memory: { policy: { n: 1 } } };
const sound: Forecast = {
  deliveryMs: { p5: 1, p50: 2, p95: 3 },
  stallProbability: [0, 0, 0.1, 0.1, 0.2],
};

/** Files are read in real time, however long that takes here; what waits waits in virtual time. */
async function untilSettled<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const settled = work.finally(() => (isDone = true));
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advanceAsync(5);
  }
  return settled;
}

async function findingsOf(decide: Decide, predict: Predict): Promise<(readonly [string, string])[]> {
  const plugin = inlinePlugin(
    'choosy',
    { policies: [{ id: 's' }], forecasters: [{ id: 'f' }] },
    ({ policies, forecasters }) => {
      let calls = 0;
      policies.register('s', { decide: () => decide(calls++) as ControlDecision });
      forecasters.register('f', {
        create: () => ({ observe: () => undefined, forecast: () => predict() as Forecast }),
      });
    },
  );
  const clock = new VirtualClock();
  const findings = await untilSettled(clock, diagnosePlugins({ descriptors: [plugin], clock }));
  return findings.map(({ severity, message }) => [severity, message] as const);
}

describe('the trial of policies, rules and forecasters', () => {
  it('finds nothing wrong with right ones', async () => {
    expect(
      await findingsOf(
        () => right,
        () => sound,
      ),
    ).toEqual([]);
  });

  it.each([
    ['nothing', () => undefined, /policies\/s: decide\(\) gives no decision/],
    [
      'no reason',
      () => ({ ...right, groups: [{ ...group, reason: undefined }] }) as unknown as ControlDecision,
      /gives no decision/,
    ],
    [
      'a profile of its own',
      () => ({ ...right, groups: [{ ...group, profileId: 'MINE' }] }),
      /decide\(\) chooses MINE, which is not among/,
    ],
  ] satisfies [string, Decide, RegExp][])('finds a policy that gives %s', async (_what, decide, message) => {
    expect(await findingsOf(decide, () => sound)).toEqual([['warning', expect.stringMatching(message)]]);
  });

  it.each([
    ['nothing', () => undefined],
    ['no number', () => ({ ...sound, deliveryMs: { p5: 1, p50: Number.NaN, p95: 3 } })],
    ['endless times', () => ({ ...sound, deliveryMs: { p5: 1, p50: 2, p95: Infinity } })],
    ['one probability', () => ({ ...sound, stallProbability: [0] }) as unknown as Forecast],
  ] satisfies [string, Predict][])('finds a forecaster that gives %s', async (_what, predict) => {
    expect(await findingsOf(() => right, predict)).toEqual([
      ['warning', expect.stringMatching(/forecasters\/f: forecast\(\) gives no forecast/)],
    ]);
  });

  it('finds those that throw, through their guards', async () => {
    const boom = (): never => {
      throw new Error('boom');
    };
    expect(await findingsOf(boom, () => sound)).toEqual([
      [
        'error',
        expect.stringMatching(/Quarantined after 3 faults.*'decide' of plugin 'choosy' failed: boom/),
      ],
    ]);
    expect(await findingsOf(() => right, boom)).toEqual([
      ['error', expect.stringMatching(/'forecast' of plugin 'choosy' failed: boom/)],
    ]);
  });

  it('asks rules of every kind, and finds one that throws', async () => {
    const asked: string[] = [];
    const kinds = { limit: 'limit', adjustment: 'adjust', probe: 'probe' } as const;
    const ids = [...Object.keys(kinds), 'broken'];
    const plugin = inlinePlugin('ruled', { rules: ids.map((id) => ({ id })) }, ({ rules }) => {
      for (const [kind, call] of Object.entries(kinds))
        rules.register(kind, { kind, [call]: () => void asked.push(kind) } as unknown as ControlRule);
      rules.register('broken', {
        kind: 'limit',
        limit: () => {
          throw new Error('boom');
        },
      });
    });
    const clock = new VirtualClock();
    const findings = await untilSettled(clock, diagnosePlugins({ descriptors: [plugin], clock }));
    expect(new Set(asked)).toEqual(new Set(['limit', 'adjustment', 'probe']));
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/'rule:limit' of plugin 'ruled' failed: boom/),
    ]);
  });
});
