import type { LaneUtteranceEnd } from '@eloquence/plugin-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeBench, type ChangeSpeech } from './testing/change-bench.js';

const runs = Number(process.env['ELOQUENCE_RUNS'] ?? 40);

/** Everything was heard and in order; what was heard twice is no more than the change said may be. */
function isWholeBut(bench: ChangeBench, { frames }: ChangeSpeech, end: LaneUtteranceEnd): boolean {
  const heard = bench.heardFrames();
  const once = [...new Set(heard)];
  const doubtfulMs = (end.laneChanges ?? []).reduce((sum, change) => sum + change.doubtfulMs, 0);
  const isOrdered = once.length === frames.length && once.every((mark, at) => mark === frames[at]);
  return isOrdered && 20 * (heard.length - frames.length) <= doubtfulMs;
}

/** Every frame was heard once and in order. */
function isWhole(bench: ChangeBench, { frames }: ChangeSpeech): boolean {
  const heard = bench.heardFrames();
  return heard.length === frames.length && frames.every((frame, at) => frame === heard[at]);
}

describe('changing lanes in the middle of an utterance', () => {
  it('goes over to media when nobody answers on the data lane, and says the rest there', async () => {
    const bench = await ChangeBench.open('A');
    const speech = bench.speak(8000);
    await bench.advance(700);
    bench.room.setDataChannels(false);
    const end = await bench.finish(speech);
    expect(end).toMatchObject({
      outcome: 'complete',
      laneChanges: [{ from: 'data', to: 'media', cause: 'data-silent' }],
    });
    expect(isWholeBut(bench, speech, end), bench.heardRuns()).toBe(true);
    expect(bench.lane.counters).toMatchObject({ changesToMedia: 1, failedChanges: 0 });
    expect(bench.heardBy('data')).toBeGreaterThan(0);
    expect(bench.heardBy('media')).toBeGreaterThan(0);
    expect(bench.overlapMs()).toBeLessThan(30);
    bench.dispose();
  });

  it('comes back to data at the end of a phrase, when receivers answer again', async () => {
    const bench = await ChangeBench.open('A');
    const speech = bench.speak(20_000, { phraseMs: 2000 });
    await bench.advance(700);
    bench.room.setDataChannels(false);
    await bench.until(() => bench.lane.counters.changesToMedia === 1);
    await bench.advance(1500);
    bench.room.setDataChannels(true);
    const end = await bench.finish(speech);
    expect(end.outcome).toBe('complete');
    expect(end.laneChanges?.map(({ to }) => to)).toEqual(['media', 'data']);
    expect((end.laneChanges?.[1]?.positionMs ?? 1) % 2000).toBe(0);
    expect(isWholeBut(bench, speech, end), bench.heardRuns()).toBe(true);
    expect(bench.overlapMs()).toBeLessThan(30);
    bench.dispose();
  });

  it('speaks the next utterance on the data lane, when it has come back too late for this one', async () => {
    const bench = await ChangeBench.open('A');
    const first = bench.speak(6000);
    await bench.advance(400);
    bench.room.setDataChannels(false);
    await bench.finish(first);
    bench.room.setDataChannels(true);
    await bench.advance(5000);
    expect(bench.lane.kind).toBe('data');
    bench.forgetHeard();
    const second = bench.speak(3000);
    expect(await bench.finish(second)).toMatchObject({
      outcome: 'complete',
      laneChanges: [{ from: 'media', to: 'data', positionMs: 0, cause: 'receiver-answered' }],
    });
    expect(isWhole(bench, second), bench.heardRuns()).toBe(true);
    expect(bench.heardBy('media')).toBe(0);
    bench.dispose();
  });

  it('begins on media in a room without receivers, and moves to data when one appears', async () => {
    const bench = await ChangeBench.open();
    expect(bench.lane.kind).toBe('media');
    const speech = bench.speak(12_000, { phraseMs: 1500 });
    await bench.advance(2000);
    bench.listenToData('A');
    const end = await bench.finish(speech);
    expect(end.laneChanges).toMatchObject([{ from: 'media', to: 'data', cause: 'receiver-answered' }]);
    expect(isWhole(bench, speech), bench.heardRuns()).toBe(true);
    bench.dispose();
  });

  it('stays with the data lane through a second of darkness that receivers can bridge', async () => {
    const bench = await ChangeBench.open('A');
    const speech = bench.speak(8000);
    await bench.advance(700);
    bench.room.setDataChannels(false);
    await bench.advance(1000);
    bench.room.setDataChannels(true);
    expect(await bench.finish(speech)).toMatchObject({ outcome: 'complete' });
    expect(bench.lane.counters).toMatchObject({ changesToMedia: 0, failedChanges: 0 });
    expect(isWhole(bench, speech), bench.heardRuns()).toBe(true);
    bench.dispose();
  });

  it('stays with the data lane where there is no other, tries again after a while, and counts it', async () => {
    const bench = await ChangeBench.open('A', 1, false);
    const speech = bench.speak(8000);
    await bench.advance(700);
    bench.room.setDataChannels(false);
    await bench.advance(8000);
    bench.room.setDataChannels(true);
    const end = await bench.finish(speech);
    expect(end.outcome).toBe('complete');
    expect(end).not.toHaveProperty('laneChanges');
    expect(bench.lane.counters).toMatchObject({ changesToMedia: 0, failedChanges: 2 });
    expect(isWhole(bench, speech), bench.heardRuns()).toBe(true);
    bench.dispose();
  });

  it('says again what the codec holds back, and not more', async () => {
    const bench = await ChangeBench.open('A');
    const speech = bench.speak(6000, { codecDelayMs: 7 });
    await bench.advance(700);
    bench.room.setDataChannels(false);
    const end = await bench.finish(speech);
    const firstOnMedia = bench.firstSamplesOnMedia();
    const place = (end.laneChanges?.[0]?.positionMs ?? 0) / 20;
    // Marks count from 1: 7 ms of the frame before the place, then the place itself.
    expect(firstOnMedia.slice(0, 2)).toEqual([
      { mark: place, samples: 168 },
      { mark: place + 1, samples: 240 },
    ]);
    bench.dispose();
  });

  it('falls silent at a barge-in on either lane, and leaves nothing for later', async () => {
    for (const afterMs of [300, 2500, 4000]) {
      const bench = await ChangeBench.open('A');
      const speech = bench.speak(8000);
      await bench.advance(400);
      bench.room.setDataChannels(false);
      await bench.advance(afterMs);
      speech.utterance.cancel();
      expect(await bench.finish(speech)).toMatchObject({ outcome: 'cancelled' });
      bench.room.setDataChannels(true);
      await bench.advance(1000);
      const heard = bench.heardFrames().length;
      await bench.advance(8000);
      expect(bench.heardFrames()).toHaveLength(heard);
      bench.dispose();
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
          const bench = await ChangeBench.open(link, seed);
          const speech = bench.speak(8000, { phraseMs, speed });
          await bench.advance(diesAtMs);
          bench.room.setDataChannels(false);
          await bench.advance(darkMs);
          bench.room.setDataChannels(true);
          const end = await bench.finish(speech);
          await bench.advance(3000);
          expect(end.outcome).toBe('complete');
          expect(isWholeBut(bench, speech, end), bench.heardRuns()).toBe(true);
          bench.dispose();
        },
      ),
      { numRuns: runs },
    );
  }, 120_000);
});
