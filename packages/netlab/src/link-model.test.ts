import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DirectionConditions } from './direction-conditions.js';
import { totalCount } from './direction-counters.js';
import { LinkModel } from './link-model.js';

/** Offers `count` packets every `stepMs` and returns their time in the link; `undefined` where dropped. */
function transit(link: LinkModel, count: number, stepMs: number, ipBytes = 200): (number | undefined)[] {
  return Array.from({ length: count }, (_, index) => {
    const nowMs = index * stepMs;
    const deliveryMs = link.offer(nowMs, ipBytes);
    return deliveryMs === undefined ? undefined : deliveryMs - nowMs;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const delivered = (values: (number | undefined)[]): number[] => values.filter((value) => value !== undefined);

describe('LinkModel', () => {
  it('passes everything at once without conditions', () => {
    const link = new LinkModel();
    expect(transit(link, 100, 1)).toEqual(Array(100).fill(0));
    expect(totalCount(link.counters.entered)).toEqual({ packets: 100, bytes: 20_000 });
  });

  it('delays by exactly the propagation delay', () => {
    expect(new Set(transit(new LinkModel({ delayMs: 20 }), 100, 10))).toEqual(new Set([20]));
  });

  it('adds one-sided exponential jitter of the given mean', () => {
    const n = 20_000;
    // Packets far apart, so that staying in order does not add to the jitter.
    const extra = delivered(transit(new LinkModel({ delayMs: 20, jitterMs: 8 }, 3), n, 1_000)).map(
      (ms) => ms - 20,
    );
    expect(Math.min(...extra)).toBeGreaterThanOrEqual(-1e-6);
    // The standard error of the mean is 8 / √n.
    expect(Math.abs(mean(extra) - 8)).toBeLessThan((4 * 8) / Math.sqrt(n));
    // An exponential's standard deviation equals its mean, and it exceeds the mean with probability 1/e.
    const above = extra.filter((ms) => ms > 8).length / n;
    expect(Math.abs(above - Math.exp(-1))).toBeLessThan(4 * Math.sqrt(0.233 / n));
  });

  it.each([0.1, 1, 8, 20])('loses %d percent of packets independently', (lossPercent) => {
    const n = 100_000;
    const link = new LinkModel({ lossPercent }, 7);
    const losses = transit(link, n, 1).map((ms) => ms === undefined);
    const p = lossPercent / 100;
    expect(link.counters.lost).toBe(losses.filter(Boolean).length);
    expect(Math.abs(link.counters.lost / n - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n));
    // Independence: a loss follows a loss as often as anything else.
    const pairs = losses.filter((lost, index) => lost && losses[index + 1] === true).length;
    expect(Math.abs(pairs / n - p * p)).toBeLessThan(5 * Math.sqrt((p * p) / n) + 1e-9);
  });

  it.each([
    [1, 40],
    [8, 30],
    [10, 120],
  ])('loses %d percent in bursts of %d ms, whatever the packet rate', (lossPercent, burstMs) => {
    const p = lossPercent / 100;
    for (const stepMs of [1, 5]) {
      const spanMs = 2_000_000;
      const link = new LinkModel({ lossPercent, burstMs }, 11);
      const losses = transit(link, spanMs / stepMs, stepMs).map((ms) => ms === undefined);
      const bursts = losses.filter((lost, index) => lost && losses[index - 1] !== true).length;
      // Time lost over n cycles of two exponentials: relative error about √(2/n).
      const cycles = (spanMs * p) / burstMs;
      expect(Math.abs(link.counters.lost / losses.length / p - 1)).toBeLessThan(4 * Math.sqrt(2 / cycles));
      // Seen through samples, bursts shorter than a step are missed and the others round up.
      const seenMs = (link.counters.lost * stepMs) / bursts;
      expect(seenMs).toBeGreaterThan(burstMs * 0.85);
      expect(seenMs).toBeLessThan((burstMs + stepMs) * 1.15);
    }
  });

  it('meets the same bursts whatever the traffic', () => {
    const conditions = { lossPercent: 8, burstMs: 30 };
    const dense = transit(new LinkModel(conditions, 5), 20_000, 1);
    const sparse = transit(new LinkModel(conditions, 5), 2_000, 10);
    expect(sparse).toEqual(dense.filter((_, index) => index % 10 === 0));
    expect(sparse).toContain(undefined);
  });

  it('forgets the burst state over a long silence in bounded work', () => {
    const link = new LinkModel({ lossPercent: 50, burstMs: 0.001 }, 5);
    const results = Array.from({ length: 2_000 }, (_, index) => link.offer(index * 86_400_000, 100));
    const lost = results.filter((result) => result === undefined).length;
    expect(lost).toBeGreaterThan(900);
    expect(lost).toBeLessThan(1_100);
  });

  it('loses everything at 100 % and nothing at 0 %', () => {
    expect(delivered(transit(new LinkModel({ lossPercent: 100, burstMs: 40 }), 50, 1))).toHaveLength(0);
    expect(delivered(transit(new LinkModel({ lossPercent: 0, burstMs: 40 }), 50, 1))).toHaveLength(50);
  });

  it('delivers at the rate of the bottleneck', () => {
    const link = new LinkModel({ rateKbps: 1_000, queueMs: 60_000, delayMs: 10 });
    const times = Array.from({ length: 1_000 }, () => link.offer(0, 1_250));
    // 1 250 B are 10 kbit: 10 ms each at 1 000 kbit/s.
    times.forEach((timeMs, index) => expect(timeMs).toBeCloseTo(10 * (index + 1) + 10, 6));
  });

  it('drops what would wait longer than the queue allows', () => {
    const link = new LinkModel({ rateKbps: 1_000, queueMs: 100 });
    const accepted = Array.from({ length: 50 }, () => link.offer(0, 1_250)).filter((ms) => ms !== undefined);
    // Waits of 0, 10, … 100 ms are allowed.
    expect(accepted).toHaveLength(11);
    expect(link.counters.queueDropped).toBe(39);
    expect(link.queueDelayMs(0)).toBe(110);
    expect(link.queueDelayMs(200)).toBe(0);
    expect(link.offer(200, 1_250)).toBe(210);
  });

  it('drops and counts everything while down', () => {
    const link = new LinkModel({ delayMs: 5 });
    link.configure({ down: true });
    expect(link.offer(0, 100)).toBeUndefined();
    link.configure({ down: false });
    expect(link.offer(1, 100)).toBe(6);
    expect(link.counters).toMatchObject({ blackoutDropped: 1, lost: 0, queueDropped: 0 });
  });

  it('changes live without overtaking', () => {
    const link = new LinkModel({ delayMs: 100 });
    expect(link.offer(0, 100)).toBe(100);
    link.configure({ delayMs: 10 });
    expect(link.offer(1, 100)).toBe(100);
    expect(link.offer(95, 100)).toBe(105);
  });

  it('counts the exit when told', () => {
    const link = new LinkModel();
    link.offer(0, 128, 'dtls');
    link.recordExit(128, 'dtls');
    expect(link.counters.exited.dtls).toEqual({ packets: 1, bytes: 128 });
    expect(link.counters.exited.rtp).toEqual({ packets: 0, bytes: 0 });
  });

  const conditions = fc.record<DirectionConditions>({
    delayMs: fc.double({ min: 0, max: 500, noNaN: true }),
    jitterMs: fc.double({ min: 0, max: 50, noNaN: true }),
    lossPercent: fc.double({ min: 0, max: 100, noNaN: true }),
    burstMs: fc.oneof(fc.constant(0), fc.double({ min: 1, max: 200, noNaN: true })),
    rateKbps: fc.oneof(fc.constant(0), fc.double({ min: 10, max: 10_000, noNaN: true })),
    queueMs: fc.double({ min: 0, max: 1_000, noNaN: true }),
    down: fc.boolean(),
  });
  const steps = fc.array(
    fc.record({
      waitMs: fc.double({ min: 0, max: 300, noNaN: true }),
      ipBytes: fc.integer({ min: 28, max: 1_500 }),
      change: fc.option(conditions, { nil: undefined, freq: 8 }),
    }),
    { maxLength: 60 },
  );

  it('is first-in first-out, accounts for every packet and repeats by its seed, through any changes', () => {
    fc.assert(
      fc.property(conditions, steps, fc.integer(), (start, script, seed) => {
        const run = (): { times: (number | undefined)[]; link: LinkModel } => {
          const link = new LinkModel(start, seed);
          let nowMs = 0;
          const times = script.map(({ waitMs, ipBytes, change }) => {
            nowMs += waitMs;
            if (change) link.configure(change);
            const timeMs = link.offer(nowMs, ipBytes);
            if (timeMs !== undefined) expect(timeMs).toBeGreaterThanOrEqual(nowMs + link.conditions.delayMs);
            return timeMs;
          });
          return { times, link };
        };
        const { times, link } = run();
        const passed = delivered(times);
        expect(passed).toEqual([...passed].sort((a, b) => a - b));
        const { lost, queueDropped, blackoutDropped } = link.counters;
        expect(passed.length + lost + queueDropped + blackoutDropped).toBe(script.length);
        expect(run().times).toEqual(times);
      }),
    );
  });

  it('differs by seed', () => {
    const conditions = { lossPercent: 50 };
    expect(transit(new LinkModel(conditions, 1), 64, 1)).not.toEqual(
      transit(new LinkModel(conditions, 2), 64, 1),
    );
  });

  it.each([
    [{ lossPercent: 101 }, 'lossPercent'],
    [{ delayMs: -1 }, 'delayMs'],
    [{ rateKbps: NaN }, 'rateKbps'],
    [{ down: 1 }, 'down'],
    [{ delayMS: 1 }, "'delayMs'"],
  ])('refuses %o and stays as it was', (changes, named) => {
    const link = new LinkModel({ delayMs: 5 });
    const before = link.conditions;
    let error: unknown;
    try {
      link.configure(changes as Partial<DirectionConditions>);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'LINK_INVALID', hint: expect.stringContaining(named) });
    expect(link.conditions).toBe(before);
  });
});
