import { VirtualClock } from '@eloquence/base';
import type { Forecast, Selection } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { inlinePlugin } from '../testing/plugin-stage.js';
import { diagnosePlugins } from './diagnose-plugins.js';

type Select = (n: number) => Partial<Selection> | undefined;
type Predict = () => Partial<Forecast> | undefined;

const right = { profileId: 'TRIAL_LOW', priority: 1, rule: 'r', reason: 's', memory: { n: 1 } };
const sound: Forecast = {
  deliveryMs: { p5: 1, p50: 2, p95: 3 },
  stallProbability: [0, 0, 0.1, 0.1, 0.2],
};

async function findingsOf(select: Select, predict: Predict): Promise<(readonly [string, string])[]> {
  const plugin = inlinePlugin(
    'choosy',
    { selectors: [{ id: 's' }], forecasters: [{ id: 'f' }] },
    ({ selectors, forecasters }) => {
      let calls = 0;
      selectors.register('s', { select: () => select(calls++) as Selection });
      forecasters.register('f', {
        create: () => ({ observe: () => undefined, forecast: () => predict() as Forecast }),
      });
    },
  );
  const clock = new VirtualClock();
  let isDone = false;
  const diagnosis = diagnosePlugins({ descriptors: [plugin], clock }).finally(() => (isDone = true));
  // Files are read in real time, however long that takes here; what waits waits in virtual time.
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advanceAsync(5);
  }
  return (await diagnosis).map(({ severity, message }) => [severity, message] as const);
}

describe('the trial of selectors and forecasters', () => {
  it('finds nothing wrong with right ones', async () => {
    expect(
      await findingsOf(
        () => right,
        () => sound,
      ),
    ).toEqual([]);
  });

  it.each([
    ['nothing', () => undefined, /selectors\/s: select\(\) gives no selection/],
    ['no reason', () => ({ ...right, reason: undefined }) as unknown as Selection, /gives no selection/],
    [
      'a profile of its own',
      () => ({ ...right, profileId: 'MINE' }),
      /select\(\) chooses MINE, which is not among/,
    ],
  ] satisfies [string, Select, RegExp][])(
    'finds a selector that gives %s',
    async (_what, select, message) => {
      expect(await findingsOf(select, () => sound)).toEqual([['warning', expect.stringMatching(message)]]);
    },
  );

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
        expect.stringMatching(/Quarantined after 3 faults.*'select' of plugin 'choosy' failed: boom/),
      ],
    ]);
    expect(await findingsOf(() => right, boom)).toEqual([
      ['error', expect.stringMatching(/'forecast' of plugin 'choosy' failed: boom/)],
    ]);
  });
});
