import { encodeByePacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';
import { sampleFrames, sampleSettings } from '../testing/sample-frames.js';

describe('a listener that comes into a long utterance', () => {
  it('is not thrown out at the next write for what waited for it when it came', async () => {
    const harness = new LaneHarness();
    const first = harness.join('a');
    first.isPlaying = false;
    const utterance = harness.open({ maxBufferAheadMs: 120_000 });
    for (let at = 0; at < 1000; at++) {
      await utterance.ready();
      utterance.writeFrames({ frames: sampleFrames(3 * at, 3) }); // 60 s in all
      await harness.clock.advanceAsync(1);
    }
    const second = harness.join('b', { receiverId: 2 });
    second.isPlaying = false;
    utterance.writeFrames({ frames: sampleFrames(3000, 3) });
    expect(harness.lane.counters.droppedReceivers).toBe(0);
    await harness.clock.advanceAsync(8000);
    expect(second.frames.at(-1)).toBe(3002);
    harness.lane.dispose();
  });
});

describe('how far an utterance was heard by a receiver that is gone', () => {
  async function heardFor(ms: number) {
    const harness = new LaneHarness();
    const former = harness.join();
    former.isPlaying = false;
    const utterance = harness.open();
    await harness.speak(utterance, 66); // 4 s
    await harness.clock.advanceAsync(ms);
    former.isMute = true;
    return { harness, utterance };
  }

  it('is known when a page was loaded anew, and the new one has heard nothing yet', async () => {
    const { harness, utterance } = await heardFor(2000);
    harness.channel.peer('ear', false);
    await harness.clock.advanceAsync(700);
    harness.channel.peer('ear', true);
    const ear = harness.join('ear', { receiverId: 2 });
    ear.isMute = true;
    harness.channel.change('closed');
    const { outcome, counters } = await utterance.played;
    expect(outcome).toBe('failed');
    expect(counters.heardMs).toBeGreaterThan(1800);
    expect(counters.heardMs).toBeLessThan(2100);
    expect(counters.framesPlayed).toBe(Math.floor(counters.heardMs! / 20));
  });

  it('does not run on from its last sign of life until it is given up', async () => {
    const { harness, utterance } = await heardFor(1000);
    harness.channel.peer('ear', false);
    await harness.clock.advanceAsync(20_000);
    const { outcome, counters } = await utterance.played;
    expect(outcome).toBe('failed');
    expect(counters.heardMs).toBeGreaterThan(800);
    expect(counters.heardMs).toBeLessThan(1100);
  });
});

describe('an utterance that waits for receivers', () => {
  function open(harness: LaneHarness) {
    const options = { sampleRateHz: 24_000, firstPcmAtMs: harness.clock.nowMs(), awaitsReceivers: true };
    const utterance = harness.lane.openUtterance({ ...options, settings: sampleSettings() });
    let endedAtMs = Number.POSITIVE_INFINITY;
    void utterance.played.then(() => (endedAtMs = harness.clock.nowMs()));
    const write = (at = 0): void => {
      if (utterance.isOver || at > 900) return;
      utterance.writeFrames({ frames: sampleFrames(3 * at, 3) });
      harness.clock.setTimer(() => write(at + 1), 60);
    };
    write();
    return { utterance, endedAtMs: () => endedAtMs };
  }

  it('does not fail on waking because its speaker slept', async () => {
    const harness = new LaneHarness();
    const ear = harness.join();
    const { utterance, endedAtMs } = open(harness);
    await harness.clock.advanceAsync(1000);
    ear.isMute = true;
    harness.channel.peer('ear', false);
    await harness.clock.advanceAsync(1000);
    harness.clock.sleep(60_000);
    const wokenAtMs = harness.clock.nowMs();
    await harness.clock.advanceAsync(15_000);
    // It is given up 4 s after the waking, and another one is waited for 5 s more.
    expect(endedAtMs() - wokenAtMs).toBeGreaterThan(7000);
    expect(endedAtMs() - wokenAtMs).toBeLessThan(11_000);
    expect(await utterance.played).toMatchObject({ outcome: 'failed' });
  });

  it('does not wait for one that took leave if the last one went for another reason', async () => {
    const harness = new LaneHarness();
    const stays = harness.join('stays');
    const leaves = harness.join('leaves', { receiverId: 2 });
    for (const one of [stays, leaves]) one.isPlaying = false;
    const utterance = harness.open();
    for (let at = 0; at < 10; at++) utterance.writeFrames({ frames: sampleFrames(3 * at, 3) });
    await harness.clock.advanceAsync(200);
    for (const one of [stays, leaves]) one.isMute = true;
    harness.channel.peer('stays', false);
    await harness.clock.advanceAsync(4500);
    harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 2 }), 'leaves');
    await harness.clock.advanceAsync(510);
    const { error } = await utterance.played;
    expect(error?.message).toContain('stays');
  });
});
