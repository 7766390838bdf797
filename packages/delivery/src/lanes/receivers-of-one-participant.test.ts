import { encodeByePacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneBench } from '../testing/lane-bench.js';

describe('DataLane: several receivers of one participant', () => {
  it('serves two receivers of one participant, each with what it lacks', async () => {
    const bench = new LaneBench();
    const first = bench.join('ear', { isLost: (_, nth) => nth === 1 });
    const second = bench.join('ear', { receiverId: 2, isLost: (_, nth) => nth === 3 });
    const reports: string[] = [];
    bench.lane.onDidReport(({ receiver }) => reports.push(receiver));
    const utterance = bench.open();
    await bench.speak(utterance, 3);
    await bench.clock.advanceAsync(2000);
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesAcknowledged: 9 },
    });
    expect(bench.lane.receiverCount).toBe(2);
    expect(new Set(reports)).toEqual(new Set(['ear', 'ear#2']));
    for (const { frames } of [first, second]) expect([...new Set(frames)]).toHaveLength(9);
    bench.channel.bring(encodeByePacket({ type: 'bye', receiverId: 2 }), 'ear');
    expect(bench.lane.receiverCount).toBe(1);
    bench.lane.dispose();
  });

  it('ignores reports of a receiver that has not introduced itself, whatever its participant', () => {
    const bench = new LaneBench();
    bench.join();
    const { generation } = bench.open();
    bench.channel.report({ generation, receiverId: 2 });
    expect(bench.lane.counters.ignoredPackets).toBe(1);
    bench.lane.dispose();
  });
});
