import type { LaneUtterance } from '@eloquence/plugin-api';
import { encodeByePacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';
import { sampleFrames, sampleSettings } from '../testing/sample-frames.js';
import { ScriptedMediaLane } from '../testing/scripted-media-lane.js';
import { createFailoverLane } from './failover-lane.js';

const packetMs = 60;

/** A live source of 6 s on a lane of both kinds, with one listener to the data lane. */
function setUp() {
  const harness = new LaneHarness();
  const media = new ScriptedMediaLane();
  const lane = createFailoverLane({ data: harness.lane, clock: harness.clock, openMedia: () => media });
  const ear = harness.join();
  ear.isAtTheEdge = true;
  const open = (): LaneUtterance =>
    lane.openUtterance({
      settings: sampleSettings(),
      sampleRateHz: 24_000,
      firstPcmAtMs: harness.clock.nowMs(),
    });
  const utterance = open();
  const write = async (): Promise<void> => {
    for (let at = 0; at < 100; at++) {
      await utterance.ready();
      const frames = sampleFrames(3 * at, 3).map((frame) => ({
        ...frame,
        pcm: new Int16Array(480).fill(at),
      }));
      utterance.writeFrames({ frames, endsPhrase: at % 10 === 9 });
      await new Promise<void>((resolve) => void harness.clock.setTimer(resolve, packetMs));
    }
    utterance.end(300 * 480);
  };
  void write().catch(() => undefined);
  const goodbye = (): void => {
    ear.isMute = true;
    harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }));
  };
  return { harness, media, lane, ear, open, utterance, goodbye };
}

describe('a live source whose last listener leaves', () => {
  it('is heard by whoever comes, from where that one stopped', async () => {
    const { harness, media, lane, utterance, goodbye } = setUp();
    await harness.clock.advanceAsync(2000);
    goodbye();
    await harness.clock.advanceAsync(3000);
    const visitor = harness.join('visitor', { receiverId: 7 });
    await harness.clock.advanceAsync(6000);
    const heard = [...new Set(visitor.frames)];
    expect(heard[0]).toBeGreaterThan(80);
    expect(heard[0]).toBeLessThanOrEqual(102);
    expect(heard).toEqual(Array.from({ length: 300 - heard[0]! }, (_, at) => heard[0]! + at));
    expect(await utterance.played).toMatchObject({ outcome: 'complete' });
    expect(media.parts.every(({ isCancelled }) => isCancelled)).toBe(true);
    lane.dispose();
  });

  it('is heard over the track by whoever listens to that', async () => {
    const { harness, media, lane, utterance, goodbye } = setUp();
    await harness.clock.advanceAsync(2000);
    goodbye();
    await harness.clock.advanceAsync(1000);
    const [part] = media.parts;
    part!.opened.resolve();
    await harness.clock.advanceAsync(6000);
    expect(part!.isEnded).toBe(true);
    const heard = [...new Set(part!.heard.map((pcm) => pcm[0]!))];
    expect(heard[0]).toBeGreaterThan(25);
    expect(heard).toEqual(Array.from({ length: 100 - heard[0]! }, (_, at) => heard[0]! + at));
    part!.finish();
    const end = await utterance.played;
    expect(end).toMatchObject({ outcome: 'complete' });
    expect(end.laneChanges?.map(({ doubtfulMs }) => doubtfulMs)).toEqual([0, 0]);
    lane.dispose();
  });

  it('fails in time if nobody comes, and leaves nothing in the way of the next utterance', async () => {
    const { harness, media, lane, ear, open, utterance } = setUp();
    await harness.clock.advanceAsync(2000);
    ear.isMute = true;
    harness.channel.peer('ear', false);
    const startMs = harness.clock.nowMs();
    let endedAfterMs = Number.POSITIVE_INFINITY;
    void utterance.played.then(() => (endedAfterMs = harness.clock.nowMs() - startMs));
    await harness.clock.advanceAsync(20_000);
    expect(endedAfterMs).toBeGreaterThan(9000);
    expect(endedAfterMs).toBeLessThan(11_000);
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'RECEIVER_LEFT' } });
    expect(media.parts.every(({ isCancelled }) => isCancelled)).toBe(true);
    const next = open();
    harness.join('visitor', { receiverId: 7 });
    media.parts.at(-1)!.opened.resolve();
    await next.ready();
    expect(media.parts.at(-1)!.isCancelled).toBe(false);
    lane.dispose();
    await harness.clock.advanceAsync(100);
    expect(harness.clock.pendingTimers).toBe(0);
  });
});
