import type { WordTiming } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { SpeechHarness, balanced, linkNamed } from './testing/speech-harness.js';

/** Four words in 1.4 s. */
function wordsFrom(startMs: number): WordTiming[] {
  return [0, 300, 700, 1000].map((atMs) => ({
    text: `at ${startMs + atMs}`,
    startMs: startMs + atMs,
    endMs: startMs + atMs + 250,
  }));
}

describe('a component that is mounted anew in mid-sentence', () => {
  it.each([
    ['the new player greets before the old one takes leave', 4, 50],
    ['the new player greets before the old one takes leave, everything being delivered', Infinity, 50],
    ['the old player takes leave before the new one greets', 4, -50],
    ['the old player takes leave before the new one greets, everything being delivered', Infinity, -50],
    ['a moment lies between them', 1, -400],
    ['a moment lies between them, everything being delivered', Infinity, -400],
  ])('goes on in the new player where the old one was: %s', async (_name, speed, overlapMs) => {
    const harness = new SpeechHarness(5);
    const former = await harness.listen(linkNamed('A'), 'page');
    const spoken = harness.speak(6000, balanced, speed);
    for (const words of [wordsFrom(0), wordsFrom(2600)]) spoken.utterance.writeWords(words);
    await harness.clock.advanceAsync(2000);
    if (overlapMs < 0) former.receiver.dispose();
    await harness.clock.advanceAsync(Math.max(0, -overlapMs));
    const next = harness.attach(former);
    const told: WordTiming[] = [];
    next.receiver.onDidReceiveWords(({ words }) => void told.push(...words));
    await harness.clock.advanceAsync(Math.max(0, overlapMs));
    former.receiver.dispose();
    expect(await harness.finish(spoken)).toMatchObject({ outcome: 'complete' });
    const first = next.heard[0]!.index;
    // Nothing is left out; less than half a second is heard twice.
    expect(first).toBeLessThanOrEqual(former.heard.length);
    expect(first).toBeGreaterThanOrEqual(former.heard.length - 25);
    expect(next.heard.map(({ index }) => index)).toEqual(
      spoken.frames.slice(first).map(({ index }) => index),
    );
    expect(next.finished).toMatchObject([{ outcome: 'complete', firstFrame: first, framesLost: 0 }]);
    // Captions go on as well.
    expect(told).toEqual(wordsFrom(2600));
    harness.dispose();
  });
});
