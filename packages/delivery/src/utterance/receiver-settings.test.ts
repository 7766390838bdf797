import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';
import { sampleSettings } from '../testing/sample-frames.js';

describe('DataLane: receivers with settings of their own', () => {
  it('are protected alone, from the first packet or later on', async () => {
    const harness = new LaneHarness();
    harness.join('plain');
    harness.join('careful');
    const settings = sampleSettings();
    const own = { ...settings, redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [30] } };
    const receiverSettings = [{ receivers: ['careful', 'nobody'], settings: own }];
    const open = { sampleRateHz: 24_000, firstPcmAtMs: harness.clock.nowMs() };
    const sentTo = (identity: string): number =>
      harness.channel.of('audio').filter(({ to }) => to?.includes(identity) === true).length;
    const first = harness.lane.openUtterance({ ...open, settings, receiverSettings });
    await harness.speak(first, 1);
    await harness.clock.advanceAsync(500);
    expect([sentTo('plain'), sentTo('careful')]).toEqual([1, 2]);
    const second = harness.lane.openUtterance({ ...open, settings });
    second.applySettings({ ...settings }, receiverSettings);
    await harness.speak(second, 1);
    await harness.clock.advanceAsync(500);
    expect([sentTo('plain'), sentTo('careful')]).toEqual([2, 4]);
    harness.lane.dispose();
  });
});
