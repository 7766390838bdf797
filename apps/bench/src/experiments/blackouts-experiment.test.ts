import { createSeededRandom } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { parseLink } from '@eloquence/netlab';
import { openSimulatedSession, speechLike } from '@eloquence/testbed';
import { drawBlackouts, runBlackouts } from './blackouts-experiment.js';

describe('blackouts', () => {
  it('lie within the utterance, apart from each other', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const blackouts = drawBlackouts(40_000, createSeededRandom(seed));
      expect(blackouts.length).toBeGreaterThanOrEqual(3);
      for (const [at, { fromMs, durationMs }] of blackouts.entries()) {
        expect(durationMs).toBeGreaterThanOrEqual(500);
        expect(durationMs).toBeLessThanOrEqual(2000);
        const before = blackouts[at - 1];
        if (before !== undefined)
          expect(fromMs - before.fromMs - before.durationMs).toBeGreaterThanOrEqual(5000);
        expect(fromMs + 5000).toBeLessThan(40_000);
      }
    }
  });

  it('tell when audio arrives again, which where no window collapses is soon', async () => {
    const listeners = [{ name: 'listener', link: parseLink('A') }];
    const session = await openSimulatedSession({ listeners, seed: 1 });
    const blackouts = [
      { fromMs: 2000, durationMs: 1500 },
      { fromMs: 9000, durationMs: 500 },
    ];
    const outcome = await runBlackouts(session, 'listener', speechLike(14_000), blackouts);
    await session.dispose();
    expect(outcome).toMatchObject({ toMedia: 0, toData: 0 });
    expect(outcome.arrivedAfterMs).toHaveLength(2);
    for (const ms of outcome.arrivedAfterMs) {
      // Half a round trip at least.
      expect(ms).toBeGreaterThanOrEqual(20);
      expect(ms).toBeLessThan(300);
    }
  });
});
