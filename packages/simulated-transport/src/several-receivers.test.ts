import { describe, expect, it } from 'vitest';
import { type Ear, SpeechBench, balanced, linkNamed } from './testing/speech-bench.js';

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
    const bench = new SpeechBench(seed);
    const ear = await bench.listen(linkNamed('A'));
    const all: Ear[] = [ear];
    for (const name of others) all.push(await bench.listen(linkNamed(name)));
    for (let count = 0; count < utterances; count++) {
      const spoken = bench.speak(6000, balanced);
      expect(await bench.finish(spoken)).toMatchObject({ outcome: 'complete' });
      for (const one of all)
        expect(one.finished[count]).toMatchObject({ outcome: 'complete', framesLost: 0 });
      const heard = ear.finished[count]!;
      figures.firstAudioMs.push(heard.startedAtMs! - spoken.firstPcmAtMs);
      figures.deliveryMs.push(heard.completedAtMs! - spoken.firstPcmAtMs);
      figures.stalledMs += heard.stalledMs;
      await bench.clock.advanceAsync(500 + 37 * count);
    }
    bench.dispose();
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

  it('go on without one whose link is far too narrow, once half a minute waits for it', async () => {
    const bench = new SpeechBench(1);
    const good = await bench.listen(linkNamed('A'));
    const narrow = { ...linkNamed('A'), name: 'narrow', rateKbps: 12 };
    await bench.listen(narrow);
    expect(bench.lane.receiverCount).toBe(2);
    const spoken = bench.speak(90_000, { ...balanced, leadCapMs: 60_000 }, 8);
    const end = await bench.finish(spoken, 300_000);
    expect(end).toMatchObject({ outcome: 'complete', counters: { droppedReceivers: 1 } });
    expect(bench.lane.counters.droppedReceivers).toBe(1);
    expect(bench.lane.counters.droppedFrames).toBeGreaterThan(1000);
    expect(good.finished[0]).toMatchObject({ outcome: 'complete', framesLost: 0, stalls: 0 });
    expect(good.heard).toHaveLength(spoken.frames.length);
    bench.dispose();
  });
});
