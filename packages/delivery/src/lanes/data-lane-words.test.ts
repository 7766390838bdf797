import type { WordTiming } from '@eloquence/plugin-api';
import type { WordsPacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';
import { sampleFrames } from '../testing/sample-frames.js';
import type { Sent } from '../testing/scripted-channel.js';

const words: WordTiming[] = [
  { text: 'good', startMs: 0, endMs: 200 },
  { text: 'day', startMs: 220, endMs: 400 },
];

async function speakTo(wantsWords: boolean): Promise<readonly Sent<WordsPacket>[]> {
  const harness = new LaneHarness();
  harness.channel.hello('ear', wantsWords ? { wantsWords } : {});
  const spoken = harness.open();
  await spoken.ready();
  spoken.writeFrames({ frames: sampleFrames(0, 3, 60) });
  spoken.writeWords(words);
  await harness.clock.advanceAsync(500);
  spoken.cancel();
  harness.lane.dispose();
  return harness.channel.of('words');
}

describe('DataLane: words', () => {
  it('go to a receiver that wants them, three times on the lossy channel', async () => {
    const sent = await speakTo(true);
    expect(sent).toHaveLength(3);
    for (const { packet, isReliable } of sent) {
      expect(packet.words).toEqual(words);
      expect(packet.firstWord).toBe(0);
      expect(isReliable).toBe(false);
    }
  });

  it('go to nobody else', async () => {
    expect(await speakTo(false)).toEqual([]);
  });
});
