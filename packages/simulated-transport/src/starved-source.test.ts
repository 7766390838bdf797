import type { LaneCounters } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { SpeechHarness, balanced, linkNamed } from './testing/speech-harness.js';

const format = { codecId: 'opus', sampleRateHz: 24_000, frameMs: 20 };

/** What is counted of 4 s, in the middle of which the source pauses, or the link is dead, for so long. */
async function countersOf(link: string, sourcePausesMs: number, linkIsDeadMs: number): Promise<LaneCounters> {
  const harness = new SpeechHarness(5);
  await harness.listen(linkNamed(link));
  const utterance = harness.lane.openUtterance({
    settings: balanced,
    sampleRateHz: 24_000,
    firstPcmAtMs: harness.clock.nowMs(),
  });
  const reports: number[] = [];
  harness.lane.onDidReport(({ stalls }) => reports.push(stalls));
  let frame = 0;
  const say = async (durationMs: number): Promise<void> => {
    for (const end = frame + durationMs / 20; frame < end; frame += 4) {
      await utterance.ready();
      const frames = Array.from({ length: 4 }, (_, at) => ({
        index: frame + at,
        payload: new Uint8Array(60),
        format,
      }));
      utterance.writeFrames({ frames });
      await harness.clock.advanceAsync(20);
    }
  };
  await say(2000);
  await harness.clock.advanceAsync(sourcePausesMs);
  if (linkIsDeadMs > 0) {
    harness.room.setDataChannels(false);
    harness.clock.setTimer(() => harness.room.setDataChannels(true), linkIsDeadMs);
  }
  const rest = say(2000).then(() => utterance.end(4000 * 24));
  let counters: LaneCounters | undefined;
  void utterance.played.then((end) => (counters = end.counters));
  for (let ms = 0; ms < 30_000 && counters === undefined; ms += 100) await harness.clock.advanceAsync(100);
  await rest;
  harness.dispose();
  // Adaptation is told of the stalls that the link is to blame for, and of no others.
  expect(Math.max(...reports)).toBe(counters!.stalls);
  return counters!;
}

describe('a source that pauses', () => {
  it.each(['A', 'C', 'E'])('starves playout, which is no stall, behind link %s', async (link) => {
    const { stalls, stalledMs, starvations, starvedMs } = await countersOf(link, 6000, 0);
    expect([stalls, stalledMs, starvations]).toEqual([0, 0, 1]);
    // It spoke four times as fast as real time: of 6 s, playout had 1.5 s in hand.
    expect(starvedMs).toBeGreaterThan(4000);
    expect(starvedMs).toBeLessThan(5500);
  });

  it('is no excuse for a link that is late', async () => {
    const { stalls, stalledMs, starvations } = await countersOf('A', 0, 4000);
    expect([stalls, starvations]).toEqual([1, undefined]);
    expect(stalledMs).toBeGreaterThan(1000);
  });
});
