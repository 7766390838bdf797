import { describe, expect, it } from 'vitest';
import { type Ear, SpeechHarness, balanced, linkNamed } from './testing/speech-harness.js';

interface Figures {
  readonly firstAudioMs: number[];
  readonly deliveryMs: number[];
  stalledMs: number;
  framesLost: number;
}

const utterances = 8;
const seeds = [1, 2, 3];

/** What the listener behind link A hears, with the others in the room. */
async function figuresOfA(others: readonly string[]): Promise<Figures> {
  const figures: Figures = { firstAudioMs: [], deliveryMs: [], stalledMs: 0, framesLost: 0 };
  for (const seed of seeds) {
    const harness = new SpeechHarness(seed);
    const ear = await harness.listen(linkNamed('A'));
    const all: Ear[] = [ear];
    for (const name of others) all.push(await harness.listen(linkNamed(name)));
    for (let count = 0; count < utterances; count++) {
      const spoken = harness.speak(6000, balanced);
      expect(await harness.finish(spoken)).toMatchObject({ outcome: 'complete' });
      for (const one of all)
        expect(one.finished[count]).toMatchObject({ outcome: 'complete', framesLost: 0 });
      const heard = ear.finished[count]!;
      figures.firstAudioMs.push(heard.startedAtMs! - spoken.firstPcmAtMs);
      figures.deliveryMs.push(heard.completedAtMs! - spoken.firstPcmAtMs);
      figures.stalledMs += heard.stalledMs;
      await harness.clock.advanceAsync(500 + 37 * count);
    }
    harness.dispose();
  }
  return figures;
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1]!;
}

describe('several receivers with different links', () => {
  it('leave each other alone: who is behind A hears as if C and E were not there', async () => {
    const alone = await figuresOfA([]);
    const together = await figuresOfA(['C', 'E']);
    for (const share of [0.5, 0.95]) {
      const aloneMs = quantile(alone.firstAudioMs, share);
      expect(quantile(together.firstAudioMs, share) / aloneMs).toBeLessThan(1.05);
      const deliveryMs = quantile(alone.deliveryMs, share);
      expect(quantile(together.deliveryMs, share) / deliveryMs).toBeLessThan(1.05);
    }
    expect(together.stalledMs).toBeLessThanOrEqual(alone.stalledMs);
  }, 60_000);

  it('of one participant: who plays hears all, although who records takes leave in mid-sentence', async () => {
    const harness = new SpeechHarness(1);
    const player = await harness.listen(linkNamed('B'));
    const recorder = await harness.listen(linkNamed('B'), player.identity, player.channel);
    expect(harness.lane.receiverCount).toBe(2);
    const spoken = harness.speak(4000, balanced);
    await harness.clock.advanceAsync(1200);
    recorder.receiver.dispose();
    expect(await harness.finish(spoken)).toMatchObject({ outcome: 'complete' });
    expect(harness.lane.receiverCount).toBe(1);
    expect(player.finished).toMatchObject([{ outcome: 'complete', framesLost: 0, framesDuplicated: 0 }]);
    expect(player.heard.map(({ index }) => index)).toEqual(spoken.frames.map(({ index }) => index));
    harness.dispose();
  });

  it('go on without one whose link is far too narrow, once half a minute waits for it', async () => {
    const harness = new SpeechHarness(1);
    const good = await harness.listen(linkNamed('A'));
    const narrow = { ...linkNamed('A'), name: 'narrow', rateKbps: 12 };
    await harness.listen(narrow);
    expect(harness.lane.receiverCount).toBe(2);
    const spoken = harness.speak(90_000, { ...balanced, maxBufferAheadMs: 60_000 }, 8);
    const end = await harness.finish(spoken, 300_000);
    expect(end).toMatchObject({ outcome: 'complete', counters: { droppedReceivers: 1 } });
    expect(harness.lane.counters.droppedReceivers).toBe(1);
    expect(harness.lane.counters.droppedFrames).toBeGreaterThan(1000);
    expect(good.finished[0]).toMatchObject({ outcome: 'complete', framesLost: 0, stalls: 0 });
    expect(good.heard).toHaveLength(spoken.frames.length);
    harness.dispose();
  });
});
