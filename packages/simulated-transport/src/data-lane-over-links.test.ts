import { describe, expect, it } from 'vitest';
import { SpeechHarness, balanced, digestOf, emergency, linkNamed } from './testing/speech-harness.js';

const seeds = [1, 2, 3, 4, 5];

function expectAllHeard(
  frames: readonly { readonly payload: Uint8Array }[],
  heard: readonly { readonly index: number; readonly payload: Uint8Array }[],
  first = 0,
): void {
  expect(heard.map((frame) => frame.index)).toEqual([...frames.keys()].map((at) => first + at));
  expect(digestOf(heard)).toBe(digestOf(frames));
}

describe('the data lane over the reference links', () => {
  for (const name of ['none', 'S', 'A', 'B', 'C', 'D', 'E', 'F']) {
    it(`${name}: every frame is played once, in order, as it was sent`, async () => {
      for (const seed of seeds) {
        const harness = new SpeechHarness(seed);
        const ear = await harness.listen(linkNamed(name));
        expect(harness.lane.receiverCount, `seed ${seed}`).toBe(1);
        const spoken = harness.speak(6000, name === 'D' ? emergency : balanced);
        const end = await harness.finish(spoken);
        expect(end, `seed ${seed}`).toMatchObject({
          outcome: 'complete',
          counters: { framesSent: spoken.frames.length, framesAcknowledged: spoken.frames.length },
        });
        expectAllHeard(spoken.frames, ear.heard);
        expect(ear.finished).toHaveLength(1);
        expect(ear.finished[0]).toMatchObject({ outcome: 'complete', framesLost: 0, framesDuplicated: 0 });
        expect(end.counters.playoutStartedAtMs).toBeDefined();
        // What the sender takes for the start of playout is the truth, but for half the round trip's asymmetry.
        expect(Math.abs(end.counters.playoutStartedAtMs! - ear.startedAtMs[0]!)).toBeLessThan(
          2 + 12 * linkNamed(name).jitterMs,
        );
        await harness.clock.advanceAsync(2000);
        expect(harness.clock.pendingTimers, `seed ${seed}: timers`).toBe(0);
        harness.dispose();
      }
    });
  }

  it('recovers from a second without connection in the middle', async () => {
    for (const name of ['A', 'B', 'C', 'E']) {
      const harness = new SpeechHarness(11);
      const ear = await harness.listen(linkNamed(name));
      const spoken = harness.speak(6000);
      await harness.clock.advanceAsync(400);
      const links = harness.room.linksOf(ear.identity)!;
      for (const direction of [links.up, links.down]) direction.configure({ down: true });
      await harness.clock.advanceAsync(1000);
      for (const direction of [links.up, links.down]) direction.configure({ down: false });
      expect(await harness.finish(spoken), name).toMatchObject({ outcome: 'complete' });
      expectAllHeard(spoken.frames, ear.heard);
      harness.dispose();
    }
  });

  it('serves a good and a bad receiver at once, each at its own pace', async () => {
    const alone = new SpeechHarness(3);
    const reference = await alone.listen(linkNamed('A'));
    const only = alone.speak(6000);
    await alone.finish(only);
    const harness = new SpeechHarness(3);
    const good = await harness.listen(linkNamed('A'));
    const bad = await harness.listen(linkNamed('C'));
    const spoken = harness.speak(6000);
    expect(await harness.finish(spoken)).toMatchObject({ outcome: 'complete' });
    expectAllHeard(spoken.frames, good.heard);
    expectAllHeard(spoken.frames, bad.heard);
    const firstAudioMs = good.startedAtMs[0]! - spoken.firstPcmAtMs;
    expect(Math.abs(firstAudioMs - (reference.startedAtMs[0]! - only.firstPcmAtMs))).toBeLessThan(10);
    expect(good.finished[0]).toMatchObject({ stalls: 0 });
    await harness.clock.advanceAsync(2000);
    expect(harness.clock.pendingTimers).toBe(0);
    for (const one of [alone, harness]) one.dispose();
  });

  it('knows to within a frame where a barge-in cut it', async () => {
    for (const name of ['none', 'A', 'B', 'C', 'E', 'F']) {
      for (const seed of seeds) {
        const harness = new SpeechHarness(seed);
        const ear = await harness.listen(linkNamed(name));
        const { utterance } = harness.speak(6000);
        await harness.clock.advanceAsync(900 + 370 * seed);
        utterance.cancel();
        await harness.clock.advanceAsync(2000);
        const { counters } = await utterance.played;
        const heardMs = 20 * ear.heard.length;
        const about = `${name}, seed ${seed}: ${counters.heardMs} ± ${counters.heardErrorMs}, heard ${heardMs}`;
        expect(heardMs, about).toBeGreaterThan(300);
        expect(Math.abs(counters.heardMs! - heardMs), about).toBeLessThanOrEqual(20);
        expect(Math.abs(20 * counters.framesPlayed - heardMs), about).toBeLessThanOrEqual(20);
        expect(counters.heardErrorMs, about).toBe(20);
        harness.dispose();
      }
    }
  });

  it('falls silent soon after a barge-in, and speaks the next utterance', async () => {
    for (const name of ['A', 'C', 'E', 'F']) {
      const link = linkNamed(name);
      const harness = new SpeechHarness(5);
      const ear = await harness.listen(link);
      const first = harness.speak(6000);
      await harness.clock.advanceAsync(1500);
      const cancelledAtMs = harness.clock.nowMs();
      first.utterance.cancel();
      const second = harness.speak(1000);
      expect(await harness.finish(second), name).toMatchObject({ outcome: 'complete' });
      const lastOfFirst = ear.blocksAtMs.filter((atMs) => atMs < ear.startedAtMs[1]!).at(-1)!;
      expect(lastOfFirst - cancelledAtMs, name).toBeLessThan(link.rttMs / 2 + 12 * link.jitterMs + 250);
      expect(await first.utterance.played).toMatchObject({ outcome: 'cancelled' });
      expect(ear.finished.map((event) => event.outcome)).toEqual(['flushed', 'complete']);
      const { utteranceSequence } = second.utterance;
      expectAllHeard(
        second.frames,
        ear.heard.filter((frame) => frame.utteranceSequence === utteranceSequence),
      );
      harness.dispose();
    }
  });

  it('calls complete what a receiver lost that crashed and came back under its name, since it is sent the rest', async () => {
    for (const packets of ['few', 'many'] as const) {
      const harness = new SpeechHarness(6);
      const ear = await harness.listen(linkNamed('A'));
      // Packets of one frame, so that `many` are more than a report can tell.
      const settings = { ...balanced, batch: { firstMs: 20, maxMs: 20 } };
      const spoken = harness.speak(6000, settings);
      await harness.clock.advanceAsync(packets === 'few' ? 300 : 1000);
      ear.crash();
      await harness.clock.advanceAsync(100);
      const again = await harness.listen(linkNamed('A'), ear.identity);
      expect(harness.lane.receiverCount).toBe(1);
      expect(await harness.finish(spoken, 40_000), packets).toMatchObject({ outcome: 'complete' });
      const first = again.heard[0]!.index;
      expect(first, packets).toBeLessThanOrEqual(ear.heard.length);
      expectAllHeard(spoken.frames.slice(first), again.heard, first);
      const next = harness.speak(1000);
      expect(await harness.finish(next), packets).toMatchObject({ outcome: 'complete' });
      harness.dispose();
    }
  });

  it('speaks a hundred utterances over a lossy link, each complete and in order', async () => {
    const harness = new SpeechHarness(9);
    const ear = await harness.listen(linkNamed('E'));
    for (let count = 0; count < 100; count++) {
      const spoken = harness.speak(500);
      expect(await harness.finish(spoken)).toMatchObject({ outcome: 'complete' });
      const { utteranceSequence } = spoken.utterance;
      expectAllHeard(
        spoken.frames,
        ear.heard.filter((frame) => frame.utteranceSequence === utteranceSequence),
      );
    }
    await harness.clock.advanceAsync(2000);
    expect([ear.finished.length, harness.clock.pendingTimers]).toEqual([100, 0]);
    expect(harness.lane.counters).toMatchObject({ malformedPackets: 0, unknownPackets: 0, failedSends: 0 });
    harness.dispose();
  });

  it('does not wait for playout between utterances', async () => {
    const harness = new SpeechHarness(4);
    const ear = await harness.listen(linkNamed('A'));
    const all = [];
    for (let count = 0; count < 5; count++) {
      const spoken = harness.speak(2000, balanced, Number.POSITIVE_INFINITY);
      all.push(spoken);
      let isDelivered = false;
      void spoken.utterance.delivered.then(() => (isDelivered = true));
      const startMs = harness.clock.nowMs();
      while (!isDelivered && harness.clock.nowMs() - startMs < 5000) await harness.clock.advanceAsync(10);
      expect(harness.clock.nowMs() - startMs).toBeLessThan(500);
    }
    for (const spoken of all) expect(await harness.finish(spoken)).toMatchObject({ outcome: 'complete' });
    expectAllHeard(
      all.flatMap((spoken) => spoken.frames),
      ear.heard.map((frame, index) => ({ ...frame, index })),
    );
    harness.dispose();
  });
});
