import { encodeByePacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';

describe('DataLane: several receivers of one participant', () => {
  it('serves two receivers of one participant, each with what it lacks', async () => {
    const harness = new LaneHarness();
    const first = harness.join('ear', { isLost: (_, nth) => nth === 1 });
    const second = harness.join('ear', { receiverId: 2, isLost: (_, nth) => nth === 3 });
    const reports: string[] = [];
    harness.lane.onDidReport(({ receiver }) => reports.push(receiver));
    const utterance = harness.open();
    await harness.speak(utterance, 3);
    await harness.clock.advanceAsync(2000);
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesAcknowledged: 9 },
    });
    expect(harness.lane.receiverCount).toBe(2);
    expect(new Set(reports)).toEqual(new Set(['ear', 'ear#2']));
    for (const { frames } of [first, second]) expect([...new Set(frames)]).toHaveLength(9);
    harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 2 }), 'ear');
    expect(harness.lane.receiverCount).toBe(1);
    harness.lane.dispose();
  });

  it('ignores reports of a receiver that has not introduced itself, whatever its participant', () => {
    const harness = new LaneHarness();
    harness.join();
    const { utteranceSequence } = harness.open();
    harness.channel.report({ utteranceSequence, receiverId: 2 });
    expect(harness.lane.counters.ignoredPackets).toBe(1);
    harness.lane.dispose();
  });
});
