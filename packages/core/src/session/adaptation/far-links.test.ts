import type { LinkState } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { FarLinks } from './far-links.js';

const demand = { requiredBytesPerSecond: 3000 };

function presume(rtts: Record<string, number>): { links: FarLinks; presumed: readonly LinkState[] } {
  const links = new FarLinks();
  const unreported = Object.entries(rtts).map(
    ([receiver, minRttMs]) => ({ receiver, minRttMs, atMs: 50, reports: 0 }) as LinkState,
  );
  return { links, presumed: links.presume(unreported) };
}

describe('FarLinks', () => {
  it('presumes that a far link is narrow, and says that nothing was reported', () => {
    const [link] = presume({ ear: 410 }).presumed;
    expect(link).toMatchObject({
      receiver: 'ear',
      atMs: 50,
      reports: 0,
      minRttMs: 410,
      isCapacityPresumed: true,
    });
    expect(link!.capacityBytesPerSecond).toBeLessThan(2 * demand.requiredBytesPerSecond);
    expect(presume({ a: 300, b: 900 }).presumed).toHaveLength(2);
  });

  it('presumes nothing of near links, of none, where one of several is near, or while one is unknown', () => {
    expect(presume({ ear: 299 }).presumed).toEqual([]);
    expect(presume({}).presumed).toEqual([]);
    // The value that stands for an unknown round trip.
    expect(presume({ far: 500, unknown: 100 }).presumed).toEqual([]);
    const { links, presumed } = presume({ far: 500, near: 40 });
    expect(presumed).toEqual([]);
    const reported = { receiver: 'far', atMs: 100, minRttMs: 500, reports: 1 } as LinkState;
    expect(links.complete(reported)).toBe(reported);
  });

  it('goes on presuming for ten seconds of reports, of the same receiver', () => {
    const { links } = presume({ ear: 410 });
    const at = (atMs: number, receiver = 'ear'): LinkState =>
      ({ receiver, atMs, minRttMs: 400, reports: 1 }) as LinkState;
    expect(links.complete(at(60_000))).toMatchObject({
      capacityBytesPerSecond: 4000,
      isCapacityPresumed: true,
    });
    expect(links.complete(at(60_100, 'other'))).not.toHaveProperty('capacityBytesPerSecond');
    expect(links.complete(at(70_000))).toMatchObject({ isCapacityPresumed: true, reports: 1 });
    const late = at(70_001);
    expect(links.complete(late)).toBe(late);
    expect(links.complete(at(60_000))).not.toHaveProperty('isCapacityPresumed');
  });

  it.each([
    ['the capacity is measured', { capacityBytesPerSecond: 50_000, minRttMs: 400 }],
    ['the link turns out to be near', { minRttMs: 120 }],
  ])('ends for good when %s', (_, known) => {
    const { links } = presume({ ear: 410 });
    const measured = { receiver: 'ear', atMs: 100, reports: 1, ...known } as LinkState;
    expect(links.complete(measured)).toBe(measured);
    const later = { receiver: 'ear', atMs: 200, reports: 2, minRttMs: 400 } as LinkState;
    expect(links.complete(later)).toBe(later);
  });
});
