import type { PcmChunk, WordTiming } from '@eloquence/plugin-api';
import { expect, it } from 'vitest';
import { SessionHarness, chunksOf, toneChunk } from './testing/session-harness.js';

const chunkMs = 500;
const wordsOfChunk = 4;

/** Speech in which a word begins every 125 ms. */
function speech(chunks: number): { readonly chunks: PcmChunk[]; readonly words: WordTiming[] } {
  const words: WordTiming[] = [];
  const pieces = Array.from({ length: chunks }, (_, at): PcmChunk => {
    const own = Array.from({ length: wordsOfChunk }, (__, word) => {
      const startMs = at * chunkMs + word * 125;
      return { text: `${at}.${word}`, startMs, endMs: startMs + 100 };
    });
    words.push(...own);
    return { ...toneChunk(chunkMs), words: own };
  });
  return { chunks: pieces, words };
}

it('tells the lane every word once, in order, many at a time', async () => {
  const harness = await new SessionHarness().open();
  const { chunks, words } = speech(12);
  await harness.settle(harness.session.say(chunksOf(...chunks)).done);
  const told = harness.lane.utterances[0]!.words;
  expect(told.flat()).toEqual(words);
  expect(told.length).toBeGreaterThan(2);
  expect(told.length).toBeLessThan(words.length / 3);
  expect(told[0]!.length).toBeLessThan(told.at(-2)!.length);
  await harness.dispose();
  expect(harness.rejections).toEqual([]);
});
