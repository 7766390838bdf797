import { describe, expect, it } from 'vitest';
import { type EngineSoakOptions, soakEngine } from '../testing/engine-soak.js';

/** Two minutes; uncorrected, 1600 ppm are 190 ms by then. */
const base: Omit<EngineSoakOptions, 'cardPpm' | 'source'> = { seconds: 120, usedHeap: () => 0 };
const cardPpms = [1600, -1600, 0];

describe('a sound card that runs faster or slower than the clock of the sender', () => {
  it.each(cardPpms)('is followed without a stall where the source is live: %i ppm', async (cardPpm) => {
    const figures = await soakEngine({ ...base, cardPpm, source: 'live' });
    expect(figures).toMatchObject({ stalls: 0, droppedSamples: 0 });
    expect(Math.abs(figures.leadEndMs - figures.leadBeginMs)).toBeLessThan(50);
    // The lead is held by speech that is longer while the card is too fast, and shorter while it is too slow.
    const corrections = Math.sign(figures.stretchedMs - figures.shortenedMs);
    expect(corrections).toBe(Math.sign(cardPpm));
  });

  it.each(cardPpms)('changes nothing where the sender keeps the lead: %i ppm', async (cardPpm) => {
    const figures = await soakEngine({ ...base, cardPpm, source: 'ahead' });
    expect(figures).toMatchObject({ stalls: 0, droppedSamples: 0, stretchedMs: 0, shortenedMs: 0 });
  });
});
