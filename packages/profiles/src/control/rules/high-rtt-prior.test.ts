import type { Limit, LinkState, RuleMemory } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { highRttPrior } from './high-rtt-prior.js';

const request = { scenario: 'conversation', labels: {}, phase: 'start', bufferAheadMs: 0 } as const;
const requiredBytesPerSecond = 3000;

class Harness {
  memory: RuleMemory = {};

  ask(link: Partial<LinkState>, links: readonly Partial<LinkState>[] = [link]): Limit | undefined {
    const limit = highRttPrior.limit({
      ...{ nowMs: link.atMs ?? 0, request, profiles: [], config: {}, memory: this.memory },
      ...{ link: link as LinkState, links: links as LinkState[], quality: 'fair', isRise: false },
    });
    this.memory = limit?.memory ?? this.memory;
    return limit;
  }

  /** What is assumed before the first report: capacities. */
  assume(rtts: Record<string, number>): number[] {
    const links = Object.entries(rtts).map(([receiver, minRttMs]) => ({
      receiver,
      minRttMs,
      atMs: 50,
      reports: 0,
    }));
    return links.flatMap((link) => this.ask(link, links)?.capacityBytesPerSecond ?? []);
  }
}

function far(rtts: Record<string, number> = { ear: 410 }): Harness {
  const harness = new Harness();
  harness.assume(rtts);
  return harness;
}

describe('the prior of a high round trip', () => {
  it('assumes that a far link is narrow, and says that it is an assumption', () => {
    const limit = new Harness().ask({ receiver: 'ear', atMs: 50, reports: 0, minRttMs: 410 });
    expect(limit).toMatchObject({ isAssumption: true });
    expect(limit!.capacityBytesPerSecond).toBeLessThan(2 * requiredBytesPerSecond);
    expect(new Harness().assume({ a: 300, b: 900 })).toHaveLength(2);
  });

  it('assumes nothing of near links, of none, where one of several is near, or while one is unknown', () => {
    expect(new Harness().assume({ ear: 299 })).toEqual([]);
    expect(new Harness().assume({})).toEqual([]);
    // The value that stands for an unknown round trip.
    expect(new Harness().assume({ far: 500, unknown: 100 })).toEqual([]);
    const harness = new Harness();
    expect(harness.assume({ far: 500, near: 40 })).toEqual([]);
    expect(harness.ask({ receiver: 'far', atMs: 100, minRttMs: 500, reports: 1 })).toBeUndefined();
  });

  it('goes on assuming for ten seconds of reports, of the same receiver', () => {
    const harness = far();
    const at = (atMs: number, receiver = 'ear'): number | undefined =>
      harness.ask({ receiver, atMs, minRttMs: 400, reports: 1 })?.capacityBytesPerSecond;
    expect(at(60_000)).toBe(4000);
    expect(at(60_100, 'other')).toBeUndefined();
    expect(at(70_000)).toBe(4000);
    expect(at(70_001)).toBeUndefined();
    expect(at(60_000)).toBeUndefined();
  });

  it.each([
    ['the capacity is measured', { capacityBytesPerSecond: 50_000, minRttMs: 400 }],
    ['the link turns out to be near', { minRttMs: 120 }],
  ])('ends for good when %s', (_, known) => {
    const harness = far();
    const measured = { receiver: 'ear', atMs: 100, reports: 1, ...known };
    expect(harness.ask(measured)?.capacityBytesPerSecond).toBeUndefined();
    expect(harness.ask({ receiver: 'ear', atMs: 200, reports: 2, minRttMs: 400 })).toBeUndefined();
  });
});
