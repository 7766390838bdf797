import { describe, expect, it } from 'vitest';
import { SpeechHarness, balanced, digestOf, linkNamed } from './testing/speech-harness.js';

/** What two lives of a listener heard of one utterance, by the number of its frames. */
async function reloadAt(atMs: number, awayMs: number, link: string, speed: number) {
  const harness = new SpeechHarness(3);
  const former = await harness.listen(linkNamed(link), 'ear');
  const spoken = harness.speak(6000, balanced, speed);
  await harness.clock.advanceAsync(atMs);
  former.crash();
  const before = former.heard.length;
  await harness.clock.advanceAsync(awayMs);
  const startMs = harness.clock.nowMs();
  const ear = await harness.listen(linkNamed(link), 'ear');
  const end = await harness.finish(spoken);
  const settledMs = harness.clock.nowMs() - startMs;
  harness.dispose();
  return { before, ear, end, spoken, settledMs };
}

describe('a page that is loaded anew in mid-sentence', () => {
  it.each([
    ['A', 2000, 300, 4],
    ['A', 3500, 1000, Infinity],
    ['C', 1500, 600, 4],
    ['E', 1000, 500, 1],
  ])(
    'behind link %s at %i ms, away for %i ms, hears the rest from where it was',
    async (link, at, away, speed) => {
      const { before, ear, end, spoken, settledMs } = await reloadAt(at, away, link, speed);
      const first = ear.heard[0]!.index;
      // Nothing is left out. What it heard since its last sign of life is heard twice: it is asked for one each second.
      expect(first).toBeLessThanOrEqual(before);
      expect(first).toBeGreaterThanOrEqual(before - 65);
      const rest = spoken.frames.slice(first);
      expect(ear.heard.map(({ index }) => index)).toEqual(rest.map(({ index }) => index));
      expect(digestOf(ear.heard)).toBe(digestOf(rest));
      expect(ear.finished).toMatchObject([{ outcome: 'complete', framesLost: 0, framesDuplicated: 0 }]);
      expect(end).toMatchObject({ outcome: 'complete', counters: { framesSent: 300, framesPlayed: 300 } });
      expect(settledMs).toBeLessThan(6000 - at + 4000);
    },
  );
});
