import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';

const rttMs = 40;

/** Two seconds of speech, of which the receiver last said at 80 ms that it plays. */
async function speakAndHear(isMute = false) {
  const harness = new LaneHarness();
  const receiver = harness.join('ear', { rttMs });
  receiver.isPlaying = false;
  const utterance = harness.open();
  for (let probes = 0; probes < 8; probes++)
    harness.channel.hello('ear', { probeNonce: 1, probeSendTimeMs: 4960 });
  await harness.speak(utterance, 33);
  await harness.clock.advanceAsync(80);
  harness.channel.report({ ...receiver.report(utterance.utteranceSequence, 5020), playheadFrame: 4 });
  await harness.clock.advanceAsync(1220);
  receiver.isMute = isMute;
  return { harness, receiver, utterance };
}

describe('how far an utterance was heard', () => {
  it('is told by the receiver that falls silent, and not by its last report', async () => {
    const { harness, receiver, utterance } = await speakAndHear();
    receiver.silentFrom = 66;
    utterance.cancel();
    await harness.clock.advanceAsync(rttMs);
    expect((await utterance.played).counters).toMatchObject({
      framesPlayed: 66,
      heardMs: 1320,
      heardErrorMs: 20,
    });
    harness.lane.dispose();
    await harness.clock.advanceAsync(rttMs);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('is estimated where the receiver does not answer, and says how far that may be off', async () => {
    const { harness, utterance } = await speakAndHear(true);
    utterance.cancel();
    let hasSettled = false;
    void utterance.played.then(() => (hasSettled = true));
    await harness.clock.advanceAsync(rttMs);
    expect(hasSettled).toBe(false);
    await harness.clock.advanceAsync(400);
    // 80 ms when the report was made, 1220 ms since it came, half a round trip before and after.
    const { heardMs, heardErrorMs, framesPlayed } = (await utterance.played).counters;
    expect(heardMs).toBeCloseTo(1340, -1);
    expect([framesPlayed, heardErrorMs]).toEqual([Math.floor(heardMs! / 20), heardMs! - 80]);
  });

  it('is known of an utterance that failed as well', async () => {
    const { harness, utterance } = await speakAndHear(true);
    await harness.clock.advanceAsync(200);
    harness.channel.change('closed');
    const { outcome, counters } = await utterance.played;
    expect(outcome).toBe('failed');
    expect(counters.heardMs).toBeCloseTo(1520, -1);
    expect(counters.heardErrorMs).toBeCloseTo(1440, -1);
  });

  it('does not keep the next utterance waiting: this one is delivered at once', async () => {
    const { harness } = await speakAndHear(true);
    const utterance = harness.open();
    await utterance.ready();
    utterance.cancel();
    expect(await utterance.delivered).toMatchObject({ outcome: 'cancelled' });
    harness.lane.dispose();
    expect(await utterance.played).toMatchObject({ outcome: 'cancelled' });
    await harness.clock.advanceAsync(100);
    expect(harness.clock.pendingTimers).toBe(0);
  });
});
