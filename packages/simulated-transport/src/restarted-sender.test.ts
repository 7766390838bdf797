import { describe, expect, it } from 'vitest';
import { SpeechHarness, balanced, linkNamed } from './testing/speech-harness.js';

describe('a sender that dies in mid-sentence and is started again under its name', () => {
  it.each(['A', 'B', 'D'])('is heard at once, behind link %s', async (link) => {
    for (const seed of [1, 2, 3]) {
      const harness = new SpeechHarness(seed);
      const listener = await harness.listen(linkNamed(link));
      const former = harness.speak(20_000, { ...balanced, maxBufferAheadMs: 15_000 });
      await harness.clock.advanceAsync(4000);
      const formerSequence = former.utterance.utteranceSequence;
      await harness.restart(1000 * seed);
      expect(listener.finished).toMatchObject([{ utteranceSequence: formerSequence, outcome: 'incomplete' }]);
      const spoken = harness.speak(2000);
      expect(await harness.finish(spoken)).toMatchObject({ outcome: 'complete' });
      const [, heard] = listener.finished;
      expect(heard).toMatchObject({ outcome: 'complete', framesLost: 0 });
      expect(heard!.startedAtMs! - spoken.firstPcmAtMs).toBeLessThan(700);
      harness.dispose();
    }
  });
});
