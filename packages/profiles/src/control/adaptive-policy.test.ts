import type {
  ControlDecision,
  ControlInput,
  ControlRequest,
  Forecast,
  GroupDecision,
  LinkState,
  Scenario,
} from '@eloquence/plugin-api';
import { describePolicy, describeRule } from '@eloquence/plugin-contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinProfiles } from '../builtin-profiles.js';
import { adaptivePolicy } from './adaptive-policy.js';
import { orderedRules } from './builtin-rules.js';
import { defaultThresholds } from './thresholds.js';

const profiles = Object.values(builtinProfiles);

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
  pdvP95Ms: 4,
  lossPercent: 0.2,
  lossPackets: 200,
  burstMs: 0,
  rateP20BytesPerSecond: 12_000,
  rateMaxBytesPerSecond: 15_000,
  requiredBytesPerSecond: 3000,
  batchBytes: 1000,
  freshBytes: 1e6,
  deliveryMs: 21,
  bufferAheadMs: 2000,
  stalls: 0,
  stalledMs: 0,
  reportAgeMs: 0,
  isOutage: false,
  unackedForMs: 0,
  worsening: [],
};
const lossy = { lossPercent: 10 };

interface Circumstances {
  readonly bufferAheadMs?: number;
  readonly forecast?: Forecast;
  readonly request?: Partial<ControlRequest>;
  readonly events?: ControlInput['events'];
}

/** A session with the policy: hands back the memory and applies what it decided. */
class Harness {
  nowMs = 0;
  last: ControlDecision | undefined;
  constructor(
    readonly scenario: Scenario = 'conversation',
    readonly rules = orderedRules(),
  ) {}

  get group(): GroupDecision {
    return this.last!.groups[0]!;
  }

  ask(link: Partial<LinkState> | readonly Partial<LinkState>[], more: Circumstances = {}): string {
    const links = Array.isArray(link)
      ? (link as readonly Partial<LinkState>[])
      : [link as Partial<LinkState>];
    const { settings } = builtinProfiles.BALANCED_OPTIMAL;
    const start = {
      receivers: [],
      profileId: 'BALANCED_OPTIMAL',
      settings,
      rule: '',
      reason: '',
      adjustments: [],
    };
    this.last = adaptivePolicy.decide(
      {
        nowMs: this.nowMs,
        links: links.map((changes) => ({ ...good, atMs: this.nowMs, ...changes })),
        events: more.events ?? [],
        forecasts: more.forecast === undefined ? {} : { ear: more.forecast },
        profiles,
        groups: this.last?.groups ?? [start],
        request: {
          ...{ utteranceId: 1, scenario: this.scenario, labels: {}, phase: 'sending' },
          bufferAheadMs: more.bufferAheadMs ?? 1000,
          ...more.request,
        },
        config: defaultThresholds,
        memory: this.last?.memory ?? {},
      },
      this.rules,
    );
    return this.group.profileId;
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

describePolicy(
  { describe, it },
  { name: 'adaptive', createPolicy: () => adaptivePolicy, rules: orderedRules() },
);

for (const { id, rule } of orderedRules())
  describeRule({ describe, it }, { name: id, createRule: () => rule });

describe('adaptivePolicy', () => {
  it.each([
    ['a good link', {}, 'ULTRA_PERFORMANCE', 'improved'],
    ['some jitter', { pdvP95Ms: 26 }, 'BALANCED_OPTIMAL', 'jitter'],
    ['a little loss', { lossPercent: 2.2 }, 'BALANCED_OPTIMAL', 'loss'],
    ['heavy loss', lossy, 'EMERGENCY_FALLBACK', 'loss'],
    ['a narrow link', { capacityBytesPerSecond: 4000 }, 'EMERGENCY_FALLBACK', 'rate'],
    ['a far link before its first report', { reports: 0, minRttMs: 410 }, 'EMERGENCY_FALLBACK', 'far-link'],
    ['a link of twice the rate', { capacityBytesPerSecond: 8000 }, 'BALANCED_OPTIMAL', 'rate'],
    ['a long way', { smoothedRttMs: 700 }, 'EMERGENCY_FALLBACK', 'round-trip'],
    ['a lasting silence', { isOutage: true, unackedForMs: 1200 }, 'EMERGENCY_FALLBACK', 'silence'],
    ['one missed report', { isOutage: true, unackedForMs: 300 }, 'ULTRA_PERFORMANCE', 'improved'],
    ['two signals', { worsening: ['delay', 'loss'] as const }, 'EMERGENCY_FALLBACK', 'change'],
    ['one signal', { worsening: ['delay'] as const }, 'BALANCED_OPTIMAL', 'change'],
  ] as const)('answers to %s', (_, link, profileId, rule) => {
    const harness = new Harness();
    expect(harness.ask(link)).toBe(profileId);
    expect(harness.group.rule).toBe(rule);
  });

  it('goes back to where it was when a presumption ends, however far the link is', () => {
    const harness = new Harness();
    const far = { smoothedRttMs: 550, minRttMs: 540, pdvP95Ms: 25 };
    expect(harness.ask({ ...far, reports: 0 })).toBe('EMERGENCY_FALLBACK');
    harness.nowMs += 4000;
    expect(harness.ask(far)).toBe('EMERGENCY_FALLBACK');
    harness.nowMs += 10_100;
    expect(harness.ask(far)).toBe('BALANCED_OPTIMAL');
  });

  it('calls a link poor for its loss from sixty packets on', () => {
    expect(new Harness().ask({ ...lossy, lossPackets: 59 })).toBe('BALANCED_OPTIMAL');
    expect(new Harness().ask({ ...lossy, lossPackets: 60 })).toBe('EMERGENCY_FALLBACK');
  });

  it('believes what a forecast says of the capacity, if it is less', () => {
    const harness = new Harness();
    harness.ask({});
    const deliveryMs = { p5: 1, p50: 2, p95: 3 };
    const forecast = { deliveryMs, stallProbability: [0, 0, 0, 0, 0] as const, capacityBytesPerSecond: 3000 };
    harness.nowMs += 1000;
    expect(harness.ask({}, { forecast })).toBe('EMERGENCY_FALLBACK');
  });

  it('begins as the scenario asks, before anything is known', () => {
    const first = (scenario: Scenario): string => new Harness(scenario).ask([], { bufferAheadMs: 0 });
    expect([first('conversation'), first('realtime'), first('longform'), first('degraded')]).toEqual([
      'BALANCED_OPTIMAL',
      'ULTRA_PERFORMANCE',
      'HIGH_THROUGHPUT',
      'EMERGENCY_FALLBACK',
    ]);
  });

  it('bears more for speed, and less for safety', () => {
    const shaky = { lossPercent: 3.2, pdvP95Ms: 25 };
    expect(new Harness('realtime').ask(shaky)).toBe('ULTRA_PERFORMANCE');
    expect(new Harness('conversation').ask(shaky)).toBe('BALANCED_OPTIMAL');
    const harness = new Harness('degraded');
    harness.run({}, 20_000);
    expect(harness.ask(shaky)).toBe('EMERGENCY_FALLBACK');
  });

  it('goes over to few bytes when a text turns out long, and back for the next one', () => {
    const harness = new Harness();
    harness.ask({});
    expect(harness.ask({}, { bufferAheadMs: 7900 })).toBe('ULTRA_PERFORMANCE');
    expect(harness.ask({}, { bufferAheadMs: 8100 })).toBe('HIGH_THROUGHPUT');
    expect(harness.ask({}, { bufferAheadMs: 3000 })).toBe('HIGH_THROUGHPUT');
    expect(harness.ask({}, { bufferAheadMs: 0 })).toBe('ULTRA_PERFORMANCE');
    expect(harness.ask({ lossPercent: 2 }, { bufferAheadMs: 9000 })).not.toBe('HIGH_THROUGHPUT');
  });

  it('falls at once, and rises step by step: after 10 s from the bottom, then after 5 s', () => {
    const harness = new Harness();
    expect(harness.run({}, 6000).at(-1)).toBe('ULTRA_PERFORMANCE');
    expect(harness.ask(lossy)).toBe('EMERGENCY_FALLBACK');
    const fellAtMs = harness.nowMs;
    harness.run({}, 9800);
    expect(harness.group.profileId).toBe('EMERGENCY_FALLBACK');
    const risenAtMs: number[] = [];
    for (
      let id = harness.group.profileId;
      risenAtMs.length < 2 && harness.nowMs < fellAtMs + 120_000;
      harness.nowMs += 200
    ) {
      if (harness.ask({}) === id) continue;
      id = harness.group.profileId;
      risenAtMs.push(harness.nowMs - fellAtMs);
    }
    expect(risenAtMs[0]).toBeGreaterThanOrEqual(10_000);
    expect(risenAtMs[1]! - risenAtMs[0]!).toBeGreaterThanOrEqual(5000);
  });

  it('does not rise without fresh evidence of a bandwidth-delay product', () => {
    const harness = new Harness();
    expect(harness.run({ freshBytes: 100 }, 30_000)).toEqual(['BALANCED_OPTIMAL']);
    expect(harness.group.rule).toBe('dwell');
  });

  it('waits ever longer, up to a minute, while it flaps', () => {
    const harness = new Harness();
    const waitsMs: number[] = [];
    for (let round = 0; round < 8; round++) {
      harness.nowMs += 1000;
      harness.ask(lossy);
      const fellAtMs = harness.nowMs;
      while (harness.ask({}) === 'EMERGENCY_FALLBACK') harness.nowMs += 200;
      waitsMs.push(harness.nowMs - fellAtMs);
    }
    for (let at = 1; at < waitsMs.length; at++) expect(waitsMs[at]).toBeGreaterThanOrEqual(waitsMs[at - 1]!);
    expect(waitsMs[0]).toBeLessThan(12_000);
    expect(waitsMs.at(-1)).toBe(60_000);
  });

  it('lets the receiver with the best link decide', () => {
    expect(new Harness().ask([lossy, {}, { smoothedRttMs: 900 }])).toBe('ULTRA_PERFORMANCE');
  });

  it('changes at most once in two round trips, whatever the link does', () => {
    const step = fc.record({
      lossPercent: fc.constantFrom(0.1, 2, 10, 30),
      pdvP95Ms: fc.constantFrom(1, 15, 40),
      smoothedRttMs: fc.constantFrom(40, 300, 800),
      lossPackets: fc.constantFrom(3, 30, 300),
      isOutage: fc.boolean(),
      unackedForMs: fc.constantFrom(0, 500, 5000),
      waitMs: fc.nat(500),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 80 }), (steps) => {
        const harness = new Harness();
        let changedAtMs = Number.NEGATIVE_INFINITY;
        let quality: unknown;
        for (const { waitMs, ...link } of steps) {
          harness.nowMs += waitMs;
          harness.ask(link);
          const next = harness.last!.memory['policy']?.['quality'];
          if (quality !== undefined && next !== quality) {
            expect(harness.nowMs - changedAtMs).toBeGreaterThanOrEqual(
              Math.min(5000, 2 * link.smoothedRttMs),
            );
            changedAtMs = harness.nowMs;
          }
          quality = next;
        }
      }),
      { numRuns: 200 },
    );
  });

  it('heeds labels and attributes, and the strictest of several limits of a setting', () => {
    const metered = {
      id: 'metered',
      rule: {
        kind: 'limit' as const,
        limit: ({ link, request }: { link?: LinkState | undefined; request: ControlRequest }) =>
          [request.labels, link?.attributes].some((said) => said?.['network'] === 'metered')
            ? {
                quality: 'fair' as const,
                bitrateBps: 20_000,
                maxBufferAheadMs: 9000,
                reason: 'the connection is metered',
              }
            : undefined,
      },
    };
    const stingy = {
      id: 'stingy',
      rule: {
        kind: 'limit' as const,
        limit: () => ({ maxBufferAheadMs: 8000, initialBufferMs: 400, reason: 'tests' }),
      },
    };
    const harness = new Harness('conversation', [...orderedRules(), metered, stingy]);
    expect(harness.ask({})).toBe('ULTRA_PERFORMANCE');
    harness.nowMs += 1000;
    const labels = { network: 'metered' };
    expect(harness.ask({}, { request: { labels } })).not.toBe('ULTRA_PERFORMANCE');
    expect(harness.group).toMatchObject({ rule: 'metered', reason: 'the connection is metered' });
    expect(harness.group.settings.codec.bitrateBps).toBeLessThanOrEqual(20_000);
    expect(harness.group.settings).toMatchObject({
      maxBufferAheadMs: 8000,
      playout: { initialBufferMs: 400, rebufferMs: 400 },
    });
    expect(new Harness('realtime', harness.rules).ask({ attributes: labels })).not.toBe('ULTRA_PERFORMANCE');
    expect(new Harness('realtime', harness.rules).ask([], { request: { labels } })).not.toBe(
      'ULTRA_PERFORMANCE',
    );
  });

  it('is asked at once when something happened, and else every 50 ms', () => {
    const event = {
      ...{ receivers: ['ear'], atMs: 10, source: 'report' as const },
      ...{ isAlarm: false, newLosses: 0, lossPercentBefore: 0, newStalls: 0 },
    };
    const isDue = (changes: Partial<typeof event>, nowMs = 10): boolean =>
      adaptivePolicy.isDue!({ nowMs, decidedAtMs: 0, events: [{ ...event, ...changes }], config: {} });
    expect(isDue({})).toBe(false);
    expect(isDue({}, 50)).toBe(true);
    for (const urgent of [{ isAlarm: true }, { newStalls: 1 }, { newLosses: 1 }])
      expect(isDue(urgent)).toBe(true);
    expect(isDue({ newLosses: 1, lossPercentBefore: 4 })).toBe(false);
  });

  it('costs no more than 50 µs', () => {
    const harness = new Harness();
    for (let count = 0; count < 2000; count++) harness.ask({});
    const runs = Array.from({ length: 20 }, () => {
      const startedAtMs = performance.now();
      for (let count = 0; count < 200; count++) harness.ask({});
      return (1000 * (performance.now() - startedAtMs)) / 200;
    });
    // The best run: others share the machine.
    expect(Math.min(...runs)).toBeLessThan(50);
  });
});
