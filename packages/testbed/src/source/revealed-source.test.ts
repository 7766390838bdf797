import { VirtualClock } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { durationMs, gatherSpeech, type PreparedSpeech } from './prepared-speech.js';
import { observeSource, revealSpeech } from './revealed-source.js';

const speech: PreparedSpeech = {
  samples: Int16Array.from({ length: 5500 }, (_, index) => index),
  sampleRateHz: 10_000,
};

/** Pulls everything while virtual time runs; the time of each pull with its first sample. */
async function pull(
  source: AsyncIterable<{ samples: Int16Array }>,
  clock: VirtualClock,
): Promise<Array<[number, number]>> {
  const seen: Array<[number, number]> = [];
  const pulling = (async () => {
    for await (const { samples } of source) seen.push([clock.nowMs(), samples[0] ?? -1]);
  })();
  await clock.advanceAsync(2000);
  await pulling;
  return seen;
}

describe('revealSpeech', () => {
  it('reveals 100 ms pieces at the given speed', async () => {
    const clock = new VirtualClock();
    const source = revealSpeech(speech, 4, clock);
    const startMs = clock.nowMs();
    const seen = await pull(source.chunks, clock);
    expect(seen.map(([, sample]) => sample)).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
    expect(source.pieces.map(({ atMs }) => atMs)).toEqual([0, 25, 50, 75, 100, 125]);
    expect(source.pieces.map(({ audioStartMs }) => audioStartMs)).toEqual([0, 100, 200, 300, 400, 500]);
    expect(source.firstPcmAtMs).toBe(startMs);
    for (const [index, [atMs]] of seen.entries()) {
      expect(atMs - startMs).toBe(25 * index);
    }
  });

  it('reveals everything at once for an infinite speed', async () => {
    const clock = new VirtualClock();
    const source = revealSpeech(speech, Infinity, clock);
    const gathered = await gatherSpeech(source.chunks);
    expect(gathered).toEqual(speech);
    expect(durationMs(gathered)).toBe(550);
    expect(source.pieces.every(({ atMs }) => atMs === 0)).toBe(true);
  });

  it('counts a piece from when it was due, however late it is pulled', async () => {
    const clock = new VirtualClock();
    const source = revealSpeech(speech, 4, clock);
    const iterator = source.chunks[Symbol.asyncIterator]();
    await iterator.next();
    clock.advance(80);
    await iterator.next();
    await iterator.next();
    expect(source.pieces.map(({ atMs }) => atMs)).toEqual([0, 25, 50]);
  });

  it('ends with the signal', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const iterator = revealSpeech(speech, 1, clock, controller.signal).chunks[Symbol.asyncIterator]();
    await iterator.next();
    const next = iterator.next();
    controller.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });
});

describe('observeSource', () => {
  it('notes when the chunks come', async () => {
    const clock = new VirtualClock();
    async function* voice() {
      yield { samples: new Int16Array(240), sampleRateHz: 24_000 };
      clock.advance(40);
      yield { samples: new Int16Array(480), sampleRateHz: 24_000 };
    }
    const source = observeSource(voice(), clock);
    await gatherSpeech(source.chunks);
    expect(source.pieces).toEqual([
      { atMs: 0, audioStartMs: 0 },
      { atMs: 40, audioStartMs: 10 },
    ]);
  });
});
