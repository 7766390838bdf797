import { encodePongPacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';
import { sampleFrames } from '../testing/sample-frames.js';

describe('DataLane: between utterances', () => {
  it('asks its receivers once a second for as long as it was told, and knows the link from their answers', async () => {
    const harness = new LaneHarness({ idlePingsMs: 5000 });
    harness.join();
    const utterance = harness.open();
    utterance.cancel();
    await harness.clock.advanceAsync(20_000);
    const pings = harness.channel.of('ping');
    expect(pings.map(({ atMs }) => atMs - 5000)).toEqual([1000, 2000, 3000, 4000, 5000]);
    expect(harness.lane.counters).toMatchObject({ idlePings: 5 });
    expect(harness.clock.pendingTimers).toBe(0);
    const sendTimeMs = Math.round(harness.clock.nowMs()) - 30;
    harness.channel.bring(encodePongPacket({ type: 'pong', receiverId: 1, nonce: 0, sendTimeMs }), 'ear');
    expect(harness.lane.counters.idlePongs).toBeGreaterThanOrEqual(1);
    expect(harness.lane.lastHeardAtMs).toBe(harness.clock.nowMs());
  });

  it('asks whom no utterance serves any more, however long they follow each other, until it answers', async () => {
    const harness = new LaneHarness({ idlePingsMs: 3000 });
    const absent = harness.join('absent');
    harness.join('ear', { receiverId: 2 });
    const speakOn = async (ms: number): Promise<void> => {
      for (const untilMs = harness.clock.nowMs() + ms; harness.clock.nowMs() < untilMs;) {
        const former = utterance;
        utterance = harness.open();
        utterance.writeFrames({ frames: sampleFrames(0, 3) });
        await harness.clock.advanceAsync(250);
        former.end(0);
      }
    };
    let utterance = harness.open();
    absent.isMute = true;
    utterance.writeFrames({ frames: sampleFrames(0, 3) });
    for (let at = 1; at < 50; at++) {
      await harness.clock.advanceAsync(250);
      utterance.writeFrames({ frames: sampleFrames(3 * at, 3) });
    }
    expect([harness.lane.answeringCount, harness.lane.counters.droppedReceivers]).toEqual([1, 1]);
    await speakOn(10_000);
    absent.isMute = false;
    await speakOn(1500);
    expect(harness.lane.answeringCount).toBe(2);
    harness.lane.dispose();
    await harness.clock.advanceAsync(100);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('leaves an utterance on its way alone, and looks for receivers while there are none', async () => {
    const harness = new LaneHarness({ idlePingsMs: 3000 });
    harness.lane.keepFresh();
    await harness.clock.advanceAsync(1500);
    expect(harness.channel.of('probe')).toHaveLength(1);
    harness.channel.hello('ear');
    const utterance = harness.open();
    utterance.writeFrames({ frames: sampleFrames(0, 3) });
    await harness.clock.advanceAsync(900);
    expect(harness.lane.counters.idlePings).toBe(0);
    harness.lane.dispose();
    await harness.clock.advanceAsync(100);
    expect(harness.clock.pendingTimers).toBe(0);
  });
});
