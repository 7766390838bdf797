import { encodePongPacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneBench } from '../testing/lane-bench.js';
import { sampleFrames } from '../testing/sample-frames.js';

describe('DataLane: between utterances', () => {
  it('asks its receivers once a second for as long as it was told, and knows the link from their answers', async () => {
    const bench = new LaneBench({ idlePingsMs: 5000 });
    bench.join();
    const utterance = bench.open();
    utterance.cancel();
    await bench.clock.advanceAsync(20_000);
    const pings = bench.channel.of('ping');
    expect(pings.map(({ atMs }) => atMs - 5000)).toEqual([1000, 2000, 3000, 4000, 5000]);
    expect(bench.lane.counters).toMatchObject({ idlePings: 5 });
    expect(bench.clock.pendingTimers).toBe(0);
    const sendTimeMs = Math.round(bench.clock.nowMs()) - 30;
    bench.channel.bring(encodePongPacket({ type: 'pong', receiverId: 1, nonce: 0, sendTimeMs }), 'ear');
    expect(bench.lane.counters.idlePongs).toBeGreaterThanOrEqual(1);
    expect(bench.lane.lastHeardAtMs).toBe(bench.clock.nowMs());
  });

  it('leaves an utterance on its way alone, and looks for receivers while there are none', async () => {
    const bench = new LaneBench({ idlePingsMs: 3000 });
    bench.lane.keepFresh();
    await bench.clock.advanceAsync(1500);
    expect(bench.channel.of('probe')).toHaveLength(1);
    bench.channel.hello('ear');
    const utterance = bench.open();
    utterance.writeFrames({ frames: sampleFrames(0, 3) });
    await bench.clock.advanceAsync(900);
    expect(bench.lane.counters.idlePings).toBe(0);
    bench.lane.dispose();
    await bench.clock.advanceAsync(100);
    expect(bench.clock.pendingTimers).toBe(0);
  });
});
