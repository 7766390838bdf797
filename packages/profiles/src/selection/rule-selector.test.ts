import type { LinkState, Scenario, Selection, SelectionInput } from '@eloquence/plugin-api';
import { describeSelector } from '@eloquence/plugin-contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinProfiles } from '../builtin-profiles.js';
import { ruleSelector } from './rule-selector.js';

const profiles = Object.values(builtinProfiles).map(({ id, settings }) => ({
  id,
  bitrateBps: settings.codec.bitrateBps,
}));

/** A good link. */
const good: LinkState = {
  receiver: 'ear',
  attributes: {},
  atMs: 0,
  reports: 50,
  smoothedRttMs: 40,
  rttVariationMs: 3,
  minRttMs: 38,
  owdVariationMs: 1,
  isQueueing: false,
  owdTrendMsPerSecond: 0,
  jitterP95Ms: 4,
  lossPercent: 0.2,
  lossPackets: 200,
  burstMs: 0,
  rateP20BytesPerSecond: 12_000,
  rateMaxBytesPerSecond: 15_000,
  requiredBytesPerSecond: 3000,
  batchBytes: 1000,
  freshBytes: 1e6,
  deliveryMs: 21,
  leadMs: 2000,
  stalls: 0,
  stalledMs: 0,
  reportAgeMs: 0,
  isOutage: false,
  owedMs: 0,
  worsening: [],
};
const lossy = { lossPercent: 10 };

/** A session with the selector: hands back the memory and applies what it chose. */
class Rig {
  nowMs = 0;
  last: Selection | undefined;
  constructor(readonly scenario: Scenario = 'conversation') {}

  ask(link: Partial<LinkState> | readonly Partial<LinkState>[], more: Partial<SelectionInput> = {}): string {
    const links = Array.isArray(link)
      ? (link as readonly Partial<LinkState>[])
      : [link as Partial<LinkState>];
    this.last = ruleSelector.select({
      atMs: this.nowMs,
      scenario: this.scenario,
      currentProfileId: this.last?.profileId ?? 'BALANCED_OPTIMAL',
      profiles,
      receivers: links.map((changes) => ({ conditions: { ...good, atMs: this.nowMs, ...changes } })),
      leadMs: 1000,
      memory: this.last?.memory ?? {},
      ...more,
    });
    return this.last.profileId;
  }

  /** Asks every 200 ms for a while; gives the profiles, each change once. */
  run(link: Partial<LinkState>, durationMs: number): string[] {
    const seen: string[] = [];
    for (const endMs = this.nowMs + durationMs; this.nowMs < endMs; this.nowMs += 200) {
      const id = this.ask(link);
      if (id !== seen.at(-1)) seen.push(id);
    }
    return seen;
  }
}

describeSelector({ describe, it }, { name: 'rules', createSelector: () => ruleSelector });

describe('ruleSelector', () => {
  it.each([
    ['a good link', {}, 'ULTRA_PERFORMANCE', 'improved'],
    ['some jitter', { jitterP95Ms: 26 }, 'BALANCED_OPTIMAL', 'jitter'],
    ['a little loss', { lossPercent: 2.2 }, 'BALANCED_OPTIMAL', 'loss'],
    ['heavy loss', lossy, 'EMERGENCY_FALLBACK', 'loss'],
    ['a narrow link', { capacityBytesPerSecond: 4000 }, 'EMERGENCY_FALLBACK', 'rate'],
    [
      'a far link before its first report',
      { reports: 0, minRttMs: 410, capacityBytesPerSecond: 4000, isCapacityPresumed: true },
      'EMERGENCY_FALLBACK',
      'far-link',
    ],
    ['a link of twice the rate', { capacityBytesPerSecond: 8000 }, 'BALANCED_OPTIMAL', 'rate'],
    ['a long way', { smoothedRttMs: 700 }, 'EMERGENCY_FALLBACK', 'round-trip'],
    ['a lasting silence', { isOutage: true, owedMs: 1200 }, 'EMERGENCY_FALLBACK', 'silence'],
    ['one missed report', { isOutage: true, owedMs: 300 }, 'ULTRA_PERFORMANCE', 'improved'],
    ['two signals', { worsening: ['delay', 'loss'] as const }, 'EMERGENCY_FALLBACK', 'change'],
    ['one signal', { worsening: ['delay'] as const }, 'BALANCED_OPTIMAL', 'change'],
  ] as const)('answers to %s', (_, link, profileId, rule) => {
    const rig = new Rig();
    expect(rig.ask(link)).toBe(profileId);
    expect(rig.last!.rule).toBe(rule);
  });

  it('goes back to where it was when a presumption ends, however far the link is', () => {
    const rig = new Rig();
    const far = { smoothedRttMs: 550, minRttMs: 540, jitterP95Ms: 25 };
    expect(rig.ask({ ...far, reports: 0, capacityBytesPerSecond: 4000, isCapacityPresumed: true })).toBe(
      'EMERGENCY_FALLBACK',
    );
    rig.nowMs += 4000;
    expect(rig.ask({ ...far, capacityBytesPerSecond: 4000, isCapacityPresumed: true })).toBe(
      'EMERGENCY_FALLBACK',
    );
    rig.nowMs += 100;
    expect(rig.ask(far)).toBe('BALANCED_OPTIMAL');
  });

  it('calls a link poor for its loss from sixty packets on', () => {
    expect(new Rig().ask({ ...lossy, lossPackets: 59 })).toBe('BALANCED_OPTIMAL');
    expect(new Rig().ask({ ...lossy, lossPackets: 60 })).toBe('EMERGENCY_FALLBACK');
  });

  it('believes what a forecast says of the capacity, if it is less', () => {
    const rig = new Rig();
    rig.ask({});
    const deliveryMs = { p5: 1, p50: 2, p95: 3 };
    const forecast = { deliveryMs, stallProbability: [0, 0, 0, 0, 0] as const, capacityBytesPerSecond: 3000 };
    rig.nowMs += 1000;
    expect(rig.ask({}, { receivers: [{ conditions: good, forecast }] })).toBe('EMERGENCY_FALLBACK');
  });

  it('begins as the scenario asks, before anything is known', () => {
    const first = (scenario: Scenario): string => new Rig(scenario).ask([], { leadMs: 0 });
    expect([first('conversation'), first('realtime'), first('longform'), first('degraded')]).toEqual([
      'BALANCED_OPTIMAL',
      'ULTRA_PERFORMANCE',
      'HIGH_THROUGHPUT',
      'EMERGENCY_FALLBACK',
    ]);
  });

  it('bears more for speed, and less for safety', () => {
    const shaky = { lossPercent: 3.2, jitterP95Ms: 25 };
    expect(new Rig('realtime').ask(shaky)).toBe('ULTRA_PERFORMANCE');
    expect(new Rig('conversation').ask(shaky)).toBe('BALANCED_OPTIMAL');
    const rig = new Rig('degraded');
    rig.run({}, 20_000);
    expect(rig.ask(shaky)).toBe('EMERGENCY_FALLBACK');
  });

  it('goes over to few bytes when a text turns out long, and back for the next one', () => {
    const rig = new Rig();
    rig.ask({});
    expect(rig.ask({}, { leadMs: 7900 })).toBe('ULTRA_PERFORMANCE');
    expect(rig.ask({}, { leadMs: 8100 })).toBe('HIGH_THROUGHPUT');
    expect(rig.ask({}, { leadMs: 3000 })).toBe('HIGH_THROUGHPUT');
    expect(rig.ask({}, { leadMs: 0 })).toBe('ULTRA_PERFORMANCE');
    expect(rig.ask({ lossPercent: 2 }, { leadMs: 9000 })).not.toBe('HIGH_THROUGHPUT');
  });

  it('falls at once, and rises step by step: after 10 s from the bottom, then after 5 s', () => {
    const rig = new Rig();
    expect(rig.run({}, 6000).at(-1)).toBe('ULTRA_PERFORMANCE');
    expect(rig.ask(lossy)).toBe('EMERGENCY_FALLBACK');
    const fellAtMs = rig.nowMs;
    rig.run({}, 9800);
    expect(rig.last!.profileId).toBe('EMERGENCY_FALLBACK');
    const risenAtMs: number[] = [];
    for (
      let id = rig.last!.profileId;
      risenAtMs.length < 2 && rig.nowMs < fellAtMs + 120_000;
      rig.nowMs += 200
    ) {
      if (rig.ask({}) === id) continue;
      id = rig.last!.profileId;
      risenAtMs.push(rig.nowMs - fellAtMs);
    }
    expect(risenAtMs[0]).toBeGreaterThanOrEqual(10_000);
    expect(risenAtMs[1]! - risenAtMs[0]!).toBeGreaterThanOrEqual(5000);
  });

  it('does not rise without fresh evidence of a bandwidth-delay product', () => {
    const rig = new Rig();
    expect(rig.run({ freshBytes: 100 }, 30_000)).toEqual(['BALANCED_OPTIMAL']);
    expect(rig.last!.rule).toBe('dwell');
  });

  it('waits ever longer, up to a minute, while it flaps', () => {
    const rig = new Rig();
    const waitsMs: number[] = [];
    for (let round = 0; round < 8; round++) {
      rig.nowMs += 1000;
      rig.ask(lossy);
      const fellAtMs = rig.nowMs;
      while (rig.ask({}) === 'EMERGENCY_FALLBACK') rig.nowMs += 200;
      waitsMs.push(rig.nowMs - fellAtMs);
    }
    for (let at = 1; at < waitsMs.length; at++) expect(waitsMs[at]).toBeGreaterThanOrEqual(waitsMs[at - 1]!);
    expect(waitsMs[0]).toBeLessThan(12_000);
    expect(waitsMs.at(-1)).toBe(60_000);
  });

  it('lets the receiver with the best link decide', () => {
    expect(new Rig().ask([lossy, {}, { smoothedRttMs: 900 }])).toBe('ULTRA_PERFORMANCE');
  });

  it('changes at most once in two round trips, whatever the link does', () => {
    const step = fc.record({
      lossPercent: fc.constantFrom(0.1, 2, 10, 30),
      jitterP95Ms: fc.constantFrom(1, 15, 40),
      smoothedRttMs: fc.constantFrom(40, 300, 800),
      lossPackets: fc.constantFrom(3, 30, 300),
      isOutage: fc.boolean(),
      owedMs: fc.constantFrom(0, 500, 5000),
      waitMs: fc.nat(500),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 80 }), (steps) => {
        const rig = new Rig();
        let changedAtMs = Number.NEGATIVE_INFINITY;
        let verdict: unknown;
        for (const { waitMs, ...link } of steps) {
          rig.nowMs += waitMs;
          rig.ask(link);
          const next = rig.last!.memory['verdict'];
          if (verdict !== undefined && next !== verdict) {
            expect(rig.nowMs - changedAtMs).toBeGreaterThanOrEqual(Math.min(5000, 2 * link.smoothedRttMs));
            changedAtMs = rig.nowMs;
          }
          verdict = next;
        }
      }),
      { numRuns: 200 },
    );
  });
});
