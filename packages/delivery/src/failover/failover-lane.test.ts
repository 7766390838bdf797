import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';
import { sampleSettings } from '../testing/sample-frames.js';
import { ScriptedMediaLane } from '../testing/scripted-media-lane.js';
import { encodeByePacket } from '@eloquence/wire';
import { createFailoverLane } from './failover-lane.js';

function setUp() {
  const harness = new LaneHarness();
  const media = new ScriptedMediaLane();
  const lane = createFailoverLane({ data: harness.lane, clock: harness.clock, openMedia: () => media });
  const causes: string[] = [];
  lane.onDidChangeLane(({ to, cause }) => causes.push(`${to}: ${cause}`));
  const speakBriefly = async (): Promise<void> => {
    const settings = sampleSettings();
    lane.openUtterance({ settings, sampleRateHz: 24_000, firstPcmAtMs: harness.clock.nowMs() }).cancel();
    await harness.clock.advanceAsync(500);
  };
  return { harness, media, lane, causes, speakBriefly };
}

describe('FailoverLane', () => {
  it('speaks to a visitor on the data lane, however often the room was empty before', async () => {
    const { harness, media, lane, causes, speakBriefly } = setUp();
    for (let gap = 0; gap < 5; gap++) {
      harness.channel.hello();
      expect(lane.kind).toBe('data');
      await speakBriefly();
      harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }));
      expect(lane.kind).toBe('media');
      await speakBriefly();
    }
    harness.channel.hello();
    expect(lane.kind).toBe('data');
    expect(causes.slice(0, 3)).toEqual([
      'data: receiver-answered',
      'media: no-receiver',
      'data: receiver-answered',
    ]);
    expect(media.parts).toHaveLength(5);
    lane.dispose();
  });
});
