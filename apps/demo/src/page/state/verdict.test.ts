import { describe, expect, it } from 'vitest';
import { firstAudio, runOf } from '../testing/events.js';
import { judge } from './verdict.js';

describe('judge', () => {
  it('has no margin until two arms were heard', () => {
    const nothing = { ranking: [], marginMs: undefined, soonerMs: undefined, ratio: undefined };
    expect(judge(undefined)).toEqual(nothing);
    expect(judge(runOf(firstAudio('eloquence', 40))).marginMs).toBeUndefined();
  });

  it('is the difference between the first and the second, whoever wins', () => {
    const run = runOf(firstAudio('legacy', 200), firstAudio('eloquence', 50), firstAudio('track', 150));
    expect(judge(run)).toMatchObject({ marginMs: 100, ratio: 3 });
    expect(judge(run).ranking.map(({ arm }) => arm)).toEqual(['eloquence', 'track', 'legacy']);
    const lost = judge(runOf(firstAudio('legacy', 20), firstAudio('eloquence', 50)));
    expect(lost.ranking[0]?.arm).toBe('legacy');
    expect(lost.marginMs).toBe(30);
  });

  it('tells by how much Eloquence was ahead or behind, whoever was the second', () => {
    const ahead = runOf(firstAudio('legacy', 200), firstAudio('eloquence', 50), firstAudio('track', 150));
    expect(judge(ahead).soonerMs).toBe(100);
    const last = runOf(firstAudio('legacy', 40), firstAudio('track', 50), firstAudio('eloquence', 60));
    expect(judge(last)).toMatchObject({ soonerMs: -20, ratio: 1.5 });
    const absent = runOf(firstAudio('legacy', 40), firstAudio('track', 50));
    expect(judge(absent)).toMatchObject({ soonerMs: undefined, marginMs: 10 });
  });
});
