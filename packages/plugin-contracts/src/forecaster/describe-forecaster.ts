import assert from 'node:assert/strict';
import { createSeededRandom } from '@eloquence/base';
import type { Forecast, Forecaster, ForecasterFactory, LinkState } from '@eloquence/plugin-api';
import { callTimeP95Ms, CountingClock, heldBytes } from '../support/call-limits.js';
import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';
import { extremeLinks, observationsOf, poorLink, someConditions } from './sample-links.js';

/** What is to be checked against the forecaster contract. */
export interface ForecasterSubject {
  readonly name: string;
  createFactory(): ForecasterFactory;
}

const callLimitMs = 5;
const heldLimitBytes = 4 << 20;

export const forecasterRules: readonly ContractRule<ForecasterSubject>[] = [
  {
    title: 'forecasts after one observation',
    check: (subject) => assertPlausible(forecastAfter(subject, [someConditions()])),
  },
  {
    title: 'gives ordered times, and probabilities from 0 to 1 that grow with the time looked ahead',
    check(subject) {
      for (const link of [{}, poorLink]) {
        const { forecaster } = open(subject);
        for (const conditions of observationsOf(link, 60)) {
          forecaster.observe(conditions);
          assertPlausible(forecaster.forecast());
        }
      }
    },
  },
  {
    title: 'stays plausible whatever is observed, and afterwards',
    check(subject) {
      for (const extreme of extremeLinks) {
        const { forecaster } = open(subject);
        const observed = [someConditions(extreme), ...observationsOf({}, 3), someConditions(extreme)];
        for (const conditions of [...observed, ...observationsOf(poorLink, 3)]) {
          forecaster.observe(conditions);
          assertPlausible(forecaster.forecast());
        }
      }
    },
  },
  {
    title: 'is deterministic: the same observations give the same forecasts',
    check(subject) {
      const trace = mixedTrace();
      assert.deepEqual(forecastsOf(subject, trace), forecastsOf(subject, trace));
    },
  },
  {
    title: 'is not changed by being asked',
    check(subject) {
      const trace = mixedTrace();
      const { forecaster } = open(subject);
      for (const conditions of trace) forecaster.observe(conditions);
      const asked = forecastsOf(subject, trace);
      const once = forecaster.forecast();
      assert.deepEqual(once, asked[asked.length - 1]);
      assert.deepEqual(forecaster.forecast(), once);
    },
  },
  {
    title: 'knows only what it was told itself: forecasters of two receivers share nothing',
    check(subject) {
      const good = observationsOf({}, 30);
      const alone = forecastsOf(subject, good);
      const factory = subject.createFactory();
      const services = { clock: new CountingClock(), random: createSeededRandom(1) };
      const [first, second] = [factory.create(services), factory.create(services)];
      for (const [index, conditions] of good.entries()) {
        first.observe(conditions);
        second.observe(someConditions({ ...poorLink, atMs: index * 200 }));
        second.forecast();
        assert.deepEqual(first.forecast(), alone[index]);
      }
    },
  },
  {
    title: 'expects later delivery on a poor link than on a good one',
    check(subject) {
      const good = forecastAfter(subject, observationsOf({}, 60));
      const poor = forecastAfter(subject, observationsOf(poorLink, 60));
      assert.ok(
        poor.deliveryMs.p50 > good.deliveryMs.p50,
        `${good.deliveryMs.p50} ms on a good link, ${poor.deliveryMs.p50} ms on a poor one`,
      );
    },
  },
  {
    title: 'expects a stall rather with an empty buffer on a poor link than with a full one on a good link',
    check(subject) {
      const safe = forecastAfter(subject, observationsOf({ bufferAheadMs: 10_000 }, 60)).stallProbability[4];
      const pressed = forecastAfter(subject, observationsOf(poorLink, 60)).stallProbability[4];
      assert.ok(pressed > safe, `${safe} when safe, ${pressed} when pressed`);
    },
  },
  {
    title: 'follows a link that turns, within 10 s of reports',
    check(subject) {
      const before = observationsOf({}, 100);
      const after = observationsOf(poorLink, 50, 2, before.length * 200);
      const expected = forecastAfter(subject, before).deliveryMs.p50;
      const turned = forecastAfter(subject, [...before, ...after]).deliveryMs.p50;
      assert.ok(turned > expected * 2, `${expected} ms before, ${turned} ms after`);
    },
  },
  {
    title: `observes and forecasts within ${callLimitMs} ms`,
    check(subject) {
      const { forecaster } = open(subject);
      const trace = mixedTrace();
      const p95Ms = callTimeP95Ms(400, (index) => {
        forecaster.observe(trace[index % trace.length]!);
        forecaster.forecast();
      });
      assert.ok(p95Ms <= callLimitMs, `${p95Ms.toFixed(1)} ms`);
    },
  },
  {
    title: 'holds no more memory after many observations than after some, and leaves no timer behind',
    check(subject) {
      const { forecaster, clock } = open(subject);
      const give = (rounds: number): void => {
        for (let round = 0; round < rounds; round++)
          for (const conditions of observationsOf({}, 50, round, round * 10_000))
            forecaster.observe(conditions);
      };
      give(20);
      const before = heldBytes();
      give(400);
      const grown = heldBytes() - before;
      assert.ok(
        grown < heldLimitBytes,
        `${(grown / (1 << 20)).toFixed(1)} MiB more after 20 000 observations`,
      );
      assert.equal(clock.pendingTimers, 0, 'timers left behind');
    },
  },
];

function open(subject: ForecasterSubject): {
  readonly forecaster: Forecaster;
  readonly clock: CountingClock;
} {
  const clock = new CountingClock();
  return { forecaster: subject.createFactory().create({ clock, random: createSeededRandom(1) }), clock };
}

function forecastsOf(subject: ForecasterSubject, trace: readonly LinkState[]): Forecast[] {
  const { forecaster } = open(subject);
  return trace.map((conditions) => {
    forecaster.observe(conditions);
    return structuredClone(forecaster.forecast());
  });
}

function forecastAfter(subject: ForecasterSubject, trace: readonly LinkState[]): Forecast {
  const { forecaster } = open(subject);
  for (const conditions of trace) forecaster.observe(conditions);
  return forecaster.forecast();
}

function mixedTrace(): readonly LinkState[] {
  return [
    ...observationsOf({}, 20),
    ...observationsOf(poorLink, 20, 2, 4000),
    ...observationsOf({}, 20, 3, 8000),
  ];
}

function assertPlausible({ deliveryMs, stallProbability, capacityBytesPerSecond }: Forecast): void {
  const { p5, p50, p95 } = deliveryMs;
  const times = `p5 ${p5}, p50 ${p50}, p95 ${p95} ms`;
  assert.ok([p5, p50, p95].every(Number.isFinite) && p5 >= 0 && p5 <= p50 && p50 <= p95, times);
  assert.equal(stallProbability.length, 5);
  for (const [index, probability] of stallProbability.entries()) {
    assert.ok(probability >= 0 && probability <= 1, `a probability of ${probability}`);
    assert.ok(
      probability >= (stallProbability[index - 1] ?? 0) - 1e-9,
      `less within ${index + 1} s than within ${index} s`,
    );
  }
  if (capacityBytesPerSecond === undefined) return;
  assert.ok(
    Number.isFinite(capacityBytesPerSecond) && capacityBytesPerSecond >= 0,
    `${capacityBytesPerSecond} B/s`,
  );
}

/** Declares the tests that every contribution to `forecasters` must pass. */
export function describeForecaster(framework: TestFramework, subject: ForecasterSubject): void {
  describeRules(framework, `forecaster contract: ${subject.name}`, forecasterRules, subject);
}
