import type { LaneUtteranceEnd } from '@eloquence/plugin-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeHarness, type ChangeSpeech } from './testing/change-harness.js';

const runs = Number(process.env['ELOQUENCE_RUNS'] ?? 40);

/** Everything was heard and in order; what was heard twice is no more than the change said may be. */
function isWholeBut(harness: ChangeHarness, { frames }: ChangeSpeech, end: LaneUtteranceEnd): boolean {
  const heard = harness.heardFrames();
  const once = [...new Set(heard)];
  const doubtfulMs = (end.laneChanges ?? []).reduce((sum, change) => sum + change.doubtfulMs, 0);
  const isOrdered = once.length === frames.length && once.every((mark, at) => mark === frames[at]);
  return isOrdered && 20 * (heard.length - frames.length) <= doubtfulMs;
}

/** Every frame was heard once and in order. */
function isWhole(harness: ChangeHarness, { frames }: ChangeSpeech): boolean {
  const heard = harness.heardFrames();
  return heard.length === frames.length && frames.every((frame, at) => frame === heard[at]);
}

describe('changing lanes in the middle of an utterance', () => {
  it('goes over to media when nobody answers on the data lane, and says the rest there', async () => {
    const harness = await ChangeHarness.open('A');
    const speech = harness.speak(8000);
    await harness.advance(700);
    harness.room.setDataChannels(false);
    const end = await harness.finish(speech);
    expect(end).toMatchObject({
      outcome: 'complete',
      laneChanges: [{ from: 'data', to: 'media', cause: 'data-silent' }],
    });
    expect(isWholeBut(harness, speech, end), harness.heardRuns()).toBe(true);
    expect(harness.lane.counters).toMatchObject({ changesToMedia: 1, failedChanges: 0 });
    expect(harness.heardBy('data')).toBeGreaterThan(0);
    expect(harness.heardBy('media')).toBeGreaterThan(0);
    expect(harness.overlapMs()).toBeLessThan(30);
    harness.dispose();
  });

  it('comes back to data at the end of a phrase, when receivers answer again', async () => {
    const harness = await ChangeHarness.open('A');
    const speech = harness.speak(20_000, { phraseMs: 2000 });
    await harness.advance(700);
    harness.room.setDataChannels(false);
    await harness.until(() => harness.lane.counters.changesToMedia === 1);
    await harness.advance(1500);
    harness.room.setDataChannels(true);
    const end = await harness.finish(speech);
    expect(end.outcome).toBe('complete');
    expect(end.laneChanges?.map(({ to }) => to)).toEqual(['media', 'data']);
    expect((end.laneChanges?.[1]?.positionMs ?? 1) % 2000).toBe(0);
    expect(isWholeBut(harness, speech, end), harness.heardRuns()).toBe(true);
    expect(harness.overlapMs()).toBeLessThan(30);
    harness.dispose();
  });

  it('comes back to data however long that was away', async () => {
    const harness = await ChangeHarness.open('A');
    const speech = harness.speak(120_000, { phraseMs: 2000 });
    await harness.advance(700);
    harness.room.setDataChannels(false);
    await harness.advance(90_000);
    harness.room.setDataChannels(true);
    const end = await harness.finish(speech);
    expect(end.laneChanges?.map(({ to }) => to)).toEqual(['media', 'data']);
    expect(isWholeBut(harness, speech, end), harness.heardRuns()).toBe(true);
    harness.dispose();
  });

  it('speaks the next utterance on the data lane, when it has come back too late for this one', async () => {
    const harness = await ChangeHarness.open('A');
    const first = harness.speak(6000);
    await harness.advance(400);
    harness.room.setDataChannels(false);
    await harness.finish(first);
    harness.room.setDataChannels(true);
    await harness.advance(5000);
    expect(harness.lane.kind).toBe('data');
    harness.forgetHeard();
    const second = harness.speak(3000);
    expect(await harness.finish(second)).toMatchObject({
      outcome: 'complete',
      laneChanges: [{ from: 'media', to: 'data', positionMs: 0, cause: 'receiver-answered' }],
    });
    expect(isWhole(harness, second), harness.heardRuns()).toBe(true);
    expect(harness.heardBy('media')).toBe(0);
    harness.dispose();
  });

  it('begins on media in a room without receivers, and moves to data when one appears', async () => {
    const harness = await ChangeHarness.open();
    expect(harness.lane.kind).toBe('media');
    const speech = harness.speak(12_000, { phraseMs: 1500 });
    await harness.advance(2000);
    harness.listenToData('A');
    const end = await harness.finish(speech);
    expect(end.laneChanges).toMatchObject([{ from: 'media', to: 'data', cause: 'receiver-answered' }]);
    expect(isWhole(harness, speech), harness.heardRuns()).toBe(true);
    harness.dispose();
  });

  it('stays with the data lane through a second of darkness that receivers can bridge', async () => {
    const harness = await ChangeHarness.open('A');
    const speech = harness.speak(8000);
    await harness.advance(700);
    harness.room.setDataChannels(false);
    await harness.advance(1000);
    harness.room.setDataChannels(true);
    expect(await harness.finish(speech)).toMatchObject({ outcome: 'complete' });
    expect(harness.lane.counters).toMatchObject({ changesToMedia: 0, failedChanges: 0 });
    expect(isWhole(harness, speech), harness.heardRuns()).toBe(true);
    harness.dispose();
  });

  it('stays with the data lane where there is no other, tries again after a while, and counts it', async () => {
    const harness = await ChangeHarness.open('A', 1, false);
    const speech = harness.speak(8000);
    await harness.advance(700);
    harness.room.setDataChannels(false);
    await harness.advance(8000);
    harness.room.setDataChannels(true);
    const end = await harness.finish(speech);
    expect(end.outcome).toBe('complete');
    expect(end).not.toHaveProperty('laneChanges');
    expect(harness.lane.counters).toMatchObject({ changesToMedia: 0, failedChanges: 2 });
    expect(isWhole(harness, speech), harness.heardRuns()).toBe(true);
    harness.dispose();
  });

  it('says again what the codec holds back, and not more', async () => {
    const harness = await ChangeHarness.open('A');
    const speech = harness.speak(6000, { codecDelayMs: 7 });
    await harness.advance(700);
    harness.room.setDataChannels(false);
    const end = await harness.finish(speech);
    const firstOnMedia = harness.firstSamplesOnMedia();
    const place = (end.laneChanges?.[0]?.positionMs ?? 0) / 20;
    // Marks count from 1: 7 ms of the frame before the place, then the place itself.
    expect(firstOnMedia.slice(0, 2)).toEqual([
      { mark: place, samples: 168 },
      { mark: place + 1, samples: 240 },
    ]);
    harness.dispose();
  });

  it('falls silent at a barge-in on either lane, and leaves nothing for later', async () => {
    for (const afterMs of [300, 2500, 4000]) {
      const harness = await ChangeHarness.open('A');
      const speech = harness.speak(8000);
      await harness.advance(400);
      harness.room.setDataChannels(false);
      await harness.advance(afterMs);
      speech.utterance.cancel();
      const { outcome, counters } = await harness.finish(speech);
      expect(outcome).toBe('cancelled');
      const heardMs = 20 * new Set(harness.heardFrames()).size;
      expect(Math.abs(counters.heardMs! - heardMs), `${afterMs} ms: ${counters.heardMs}`).toBeLessThanOrEqual(
        Math.max(50, counters.heardErrorMs!),
      );
      harness.room.setDataChannels(true);
      await harness.advance(1000);
      const heard = harness.heardFrames().length;
      await harness.advance(8000);
      expect(harness.heardFrames()).toHaveLength(heard);
      harness.dispose();
    }
  });

  it('hears every sample once and in order, whenever the data lane dies and whether or not it comes back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          link: fc.constantFrom('none', 'A', 'B', 'C', 'E', 'F'),
          seed: fc.integer({ min: 1, max: 10_000 }),
          diesAtMs: fc.integer({ min: 0, max: 6000 }),
          darkMs: fc.integer({ min: 100, max: 12_000 }),
          phraseMs: fc.constantFrom(500, 1200, 3000),
          speed: fc.constantFrom(1, 1.5, 4, Number.POSITIVE_INFINITY),
        }),
        async ({ link, seed, diesAtMs, darkMs, phraseMs, speed }) => {
          const harness = await ChangeHarness.open(link, seed);
          const speech = harness.speak(8000, { phraseMs, speed });
          await harness.advance(diesAtMs);
          harness.room.setDataChannels(false);
          await harness.advance(darkMs);
          harness.room.setDataChannels(true);
          const end = await harness.finish(speech);
          await harness.advance(3000);
          // Where nobody can be heard when it has been played, that is presumed after 2 s.
          const isUnheardOfAtTheEnd = diesAtMs < 10_000 && diesAtMs + darkMs > 8000;
          expect(isUnheardOfAtTheEnd ? ['complete', 'presumed'] : ['complete']).toContain(end.outcome);
          expect(isWholeBut(harness, speech, end), harness.heardRuns()).toBe(true);
          harness.dispose();
        },
      ),
      { numRuns: runs },
    );
  }, 120_000);
});
