import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { PlayerHarness, digestOf, pcmSource, sourceRateHz } from './testing/player-harness.js';
import { findIn, speechSignal, toRate } from './testing/speech-signal.js';

const harness = await PlayerHarness.start();

describe.skipIf(harness === undefined)('the player in Chromium', () => {
  afterEach(() => harness!.clear());
  afterAll(() => harness!.stop());

  it.each([
    ['shared memory and a worker', { isIsolated: true }, { thread: 'worker', memory: 'shared' }, 48_000],
    ['posted blocks and a worker', {}, { thread: 'worker', memory: 'posted' }, 48_000],
    ['the main thread', { options: { worker: 'off' } }, { thread: 'main', memory: 'posted' }, 48_000],
    ['a context of 44.1 kHz', { isIsolated: true }, { memory: 'shared' }, 44_100],
  ])('plays every frame and every sample through %s', async (_name, options, engine, sampleRateHz) => {
    const room = harness!.newRoomName();
    const page = await harness!.listen({ room, sampleRateHz, ...options });
    const streamer = await harness!.speaker(room);
    expect(streamer.lane).toBe('data');
    const pcm = speechSignal(3000, sourceRateHz);
    const utterance = streamer.say(pcmSource(pcm));
    const digest = digestOf(utterance);
    const metrics = await utterance.done;
    const [finished] = await page.waitFor('FinishUtterance');
    expect(finished).toMatchObject({ outcome: 'complete', framesLost: 0, framesDuplicated: 0 });
    const played = await page.takeDigest();
    expect(played.indices).toEqual(Array.from({ length: metrics.framesSent }, (_, index) => index));
    expect(played.digest).toBe(digest());
    expect((await page.call<{ engine: object }>('stats')).engine).toMatchObject({
      ...engine,
      droppedSamples: 0,
    });

    // The sound: two stretches far apart lie as far apart in what came out, so nothing was left out or repeated.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const heard = await page.takeSound();
    expect(heard.sampleRateHz).toBe(sampleRateHz);
    const source = toRate(pcm, sourceRateHz, sampleRateHz);
    const [from, to, length] = [0.2, 2.4, 0.4].map((seconds) => Math.round(seconds * sampleRateHz)) as [
      number,
      number,
      number,
    ];
    const early = findIn(heard.sound, source.subarray(from, from + length));
    const late = findIn(heard.sound, source.subarray(to, to + length));
    expect(early.correlation).toBeGreaterThan(0.9);
    expect(late.correlation).toBeGreaterThan(0.9);
    expect(Math.abs(late.offset - early.offset - (to - from))).toBeLessThanOrEqual(2);
  });
});
