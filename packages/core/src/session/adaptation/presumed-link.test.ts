import { describe, expect, it } from 'vitest';
import { presumedLinks } from './presumed-link.js';

const demand = { requiredBytesPerSecond: 3000, batchBytes: 1000, owedMs: 0 };
const presume = (rtts: Record<string, number>) => presumedLinks(new Map(Object.entries(rtts)), 50, demand);

describe('presumedLinks', () => {
  it('presumes that a far link is narrow, and says that nothing was reported', () => {
    const [link] = presume({ ear: 410 });
    expect(link).toMatchObject({ receiver: 'ear', atMs: 50, reports: 0, minRttMs: 410, lossPackets: 0 });
    expect(link!.capacityBytesPerSecond).toBeLessThan(2 * demand.requiredBytesPerSecond);
    expect(presume({ a: 300, b: 900 })).toHaveLength(2);
  });

  it('presumes nothing of near links, of none, or where one of several is near', () => {
    expect(presume({ ear: 299 })).toEqual([]);
    expect(presume({})).toEqual([]);
    expect(presumedLinks(undefined, 0, demand)).toEqual([]);
    expect(presume({ far: 500, near: 40 })).toEqual([]);
  });
});
