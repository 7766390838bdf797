import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { PlayerHarness, digestOf, pcmSource, sourceRateHz } from './testing/player-harness.js';
import { findIn, speechSignal, toRate } from './testing/speech-signal.js';

const harness = await PlayerHarness.start();

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const rateHz = 48_000;
const stretchMs = 240;

interface HeardStretch {
  readonly fromMs: number;
  /** Where it was heard, less where it lies in the source, ms. */
  readonly shiftMs: number;
  readonly correlation: number;
}

/** Longest pause between the lanes that is looked for, ms. */
const longestPauseMs = 3000;

/** Looks for stretches of the source in what was heard, each from shortly before its time on. */
function stretchesIn(sound: Float32Array, pcm: Int16Array, stepMs: number): HeardStretch[] {
  const source = toRate(pcm, sourceRateHz, rateHz);
  const durationMs = (pcm.length * 1000) / sourceRateHz;
  const found: HeardStretch[] = [];
  for (let fromMs = 100; fromMs + stretchMs < durationMs; fromMs += stepMs) {
    const from = (fromMs * rateHz) / 1000;
    const stretch = source.subarray(from, from + (stretchMs * rateHz) / 1000);
    const begin = found[0] === undefined ? 0 : ((found[0].shiftMs + fromMs - 500) * rateHz) / 1000;
    const end = begin + ((found.length === 0 ? 5000 : longestPauseMs + 1000) * rateHz) / 1000;
    const { offset, correlation } = findIn(sound, stretch, Math.max(0, Math.round(begin)), Math.round(end));
    found.push({ fromMs, shiftMs: (offset * 1000) / rateHz - fromMs, correlation });
  }
  return found;
}

/** By how much the browser's jitter buffer may say half a second of a track faster, to catch up with a delay, ms. */
const catchUpMs = 150;

/** On the data lane nothing is ever said faster; the search for a stretch may be a period of the voice off, ms. */
const voicePeriodMs = 8;

/**
 * The sentence is heard from its beginning to its end, in its order: a part may come later than the one before it
 * would have it, by a pause. If something had been left out, it would come earlier. A stretch within which the lane
 * changes, or a busy machine pauses, is like nothing that was said.
 */
function expectAllOnce(stretches: readonly HeardStretch[], mostCatchUpMs = catchUpMs): void {
  const heard = stretches.filter(({ correlation }) => correlation > 0.6);
  expect(heard.length).toBeGreaterThan(0.75 * stretches.length);
  for (const [at, { shiftMs }] of heard.entries()) {
    expect(shiftMs - (heard[at - 1]?.shiftMs ?? shiftMs)).toBeGreaterThan(-mostCatchUpMs);
    expect(shiftMs - heard[0]!.shiftMs).toBeGreaterThan(-20);
  }
}

/** How much of a sound is loud, ms, in steps of 20 ms. */
function loudMs(sound: Float32Array, soundRateHz: number): number {
  const step = soundRateHz / 50;
  let loud = 0;
  for (let at = 0; at + step <= sound.length; at += step)
    if (sound.subarray(at, at + step).some((sample) => Math.abs(sample) > 0.01)) loud++;
  return 20 * loud;
}

describe.skipIf(harness === undefined)('a change of lane in the middle of a sentence', () => {
  afterEach(() => harness!.clear());
  afterAll(() => harness!.stop());

  it('goes on over an audio track when no data comes any more, and leaves out and repeats nothing', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room, isIsolated: true, sampleRateHz: rateHz });
    const streamer = await harness!.speaker(room);
    const pcm = speechSignal(9000, sourceRateHz);
    const utterance = streamer.say(pcmSource(pcm, 1.3));
    await page.waitFor('StartPlayout');
    await sleep(2000);
    await page.call('setDataDead', true);
    const metrics = await utterance.done;
    expect(metrics.laneChanges).toMatchObject([{ from: 'data', to: 'media' }]);
    await sleep(700);
    const [finished] = await page.waitFor('FinishUtterance');
    expect(finished).toMatchObject({ outcome: 'complete', framesDuplicated: 0 });
    expect(await page.waitFor('ChangeLane', 2)).toMatchObject([{ lane: 'data' }, { lane: 'media' }]);

    const { sound } = await page.takeSound();
    const stretches = stretchesIn(sound, pcm, 500);
    expectAllOnce(stretches);

    // The next utterances go over the data lane again, as soon as the page answers.
    await page.call('setDataDead', false);
    let lane: string = 'media';
    for (let count = 0; count < 5 && lane === 'media'; count++) {
      await sleep(500);
      ({ lane } = await streamer.say(pcmSource(speechSignal(1000, sourceRateHz), 4)).done);
    }
    expect(lane).toBe('data');
    await page.waitFor('FinishUtterance', 2);
    expect((await page.eventsOf('ChangeLane')).at(-1)).toMatchObject({ lane: 'data' });
  }, 120_000);

  it('says nothing twice on the track when only the way back has died, and the page has heard on', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room, isIsolated: true, sampleRateHz: rateHz });
    const streamer = await harness!.speaker(room);
    const pcm = speechSignal(7000, sourceRateHz);
    const utterance = streamer.say(pcmSource(pcm, 1));
    await page.waitFor('StartPlayout');
    await sleep(1500);
    await page.call('setWayBackDead', true);
    const metrics = await utterance.done;
    expect(metrics.laneChanges).toMatchObject([{ from: 'data', to: 'media' }]);
    await sleep(700);
    const { sound } = await page.takeSound();
    const heardMs = loudMs(sound, rateHz);
    const saidMs = loudMs(toRate(pcm, sourceRateHz, rateHz), rateHz);
    expect(heardMs - saidMs).toBeLessThan(200);
    expect(heardMs - saidMs).toBeGreaterThan(-500);
  }, 120_000);

  it('resumes at the playhead when the page connects anew, and leaves out and repeats nothing', async () => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room, isIsolated: true, sampleRateHz: rateHz });
    const streamer = await harness!.speaker(room);
    const pcm = speechSignal(7000, sourceRateHz);
    const utterance = streamer.say(pcmSource(pcm, 1.3));
    const digest = digestOf(utterance);
    await page.waitFor('StartPlayout');
    await sleep(1000);
    await page.call('simulate', 'full-reconnect');
    const metrics = await utterance.done;
    // Who connects anew hears no audio track either, until it can answer on the data lane.
    expect(metrics.laneChanges ?? []).toEqual([]);
    expect(metrics).toMatchObject({ outcome: 'complete', framesLost: 0 });
    const [finished] = await page.waitFor('FinishUtterance');
    expect(finished).toMatchObject({ outcome: 'complete', framesLost: 0, framesDuplicated: 0 });
    const played = await page.takeDigest();
    expect(played.indices).toEqual(Array.from({ length: metrics.framesSent }, (_, index) => index));
    expect(played.digest).toBe(digest());
    await sleep(300);
    const { sound } = await page.takeSound();
    expectAllOnce(stretchesIn(sound, pcm, 500), voicePeriodMs);
  }, 120_000);
});
