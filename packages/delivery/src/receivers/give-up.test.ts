import { encodeByePacket } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';

/** Settles, on the lane's clock, so many ms from now. */
async function settledAfterMs(
  harness: LaneHarness,
  promise: Promise<unknown>,
  limitMs = 60_000,
): Promise<number> {
  const startMs = harness.clock.nowMs();
  let atMs = Number.POSITIVE_INFINITY;
  void promise.then(() => (atMs = harness.clock.nowMs()));
  while (atMs === Number.POSITIVE_INFINITY && harness.clock.nowMs() < startMs + limitMs)
    await harness.clock.advanceAsync(50);
  return atMs - startMs;
}

describe('the rule for giving up', () => {
  it('presumes that a receiver has played what it has, once the time for that has passed, if it is dead', async () => {
    const harness = new LaneHarness();
    const ear = harness.join();
    ear.isPlaying = false;
    const utterance = harness.open();
    await harness.speak(utterance, 50); // 3 s
    await harness.clock.advanceAsync(1000);
    ear.isMute = true;
    expect(await settledAfterMs(harness, utterance.played)).toBeLessThan(2000 + 2000 + 1000 + 500);
    const end = await utterance.played;
    expect(end).toMatchObject({
      outcome: 'presumed',
      counters: { framesSent: 150, framesAcknowledged: 150, presumedReceivers: 1 },
    });
    // Not heard of after a second, it is not known to have played more.
    expect(end.counters.framesPlayed).toBeLessThanOrEqual(50);
    await harness.clock.advanceAsync(100);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('does so as well if the receiver answers, and claims to be playing for ever', async () => {
    const harness = new LaneHarness();
    const ear = harness.join();
    ear.isPlaying = false;
    const utterance = harness.open();
    await harness.speak(utterance, 50);
    expect(await settledAfterMs(harness, utterance.played)).toBeLessThan(3000 + 2000 + 1000 + 500);
    expect(await utterance.played).toMatchObject({ outcome: 'presumed' });
  });

  it('calls it complete where one receiver has played it, and counts the other', async () => {
    const harness = new LaneHarness();
    harness.join('ear');
    harness.join('stuck').isPlaying = false;
    const utterance = harness.open();
    await harness.speak(utterance, 10);
    expect(await settledAfterMs(harness, utterance.played)).toBeLessThan(600 + 3500);
    expect(await utterance.played).toMatchObject({ outcome: 'complete', counters: { presumedReceivers: 1 } });
  });

  it('counts silence from the beginning of the utterance', async () => {
    const harness = new LaneHarness();
    const ear = harness.join();
    await harness.speak(harness.open(), 2);
    await harness.clock.advanceAsync(20_000);
    ear.answerDelayMs = 700;
    const utterance = harness.open();
    await harness.speak(utterance, 5);
    await harness.clock.advanceAsync(3000);
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesAcknowledged: 15 },
    });
  });

  it('does not hold against a receiver that the speaker slept', async () => {
    const harness = new LaneHarness();
    const ear = harness.join();
    const utterance = harness.open();
    await harness.speak(utterance, 5);
    ear.isMute = true;
    await harness.clock.advanceAsync(300);
    harness.clock.sleep(25_000);
    await harness.clock.advanceAsync(300);
    ear.isMute = false;
    await harness.clock.advanceAsync(3000);
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesAcknowledged: 15 },
    });
  });

  it('lets no receiver wait for one that was silent already, and takes that back when it answers', async () => {
    const harness = new LaneHarness({ idlePingsMs: 60_000 });
    const ear = harness.join();
    await harness.speak(harness.open(), 2);
    await harness.clock.advanceAsync(500);
    ear.isMute = true;
    await harness.clock.advanceAsync(13_000);
    expect([harness.lane.receiverCount, harness.lane.answeringCount]).toEqual([1, 0]);
    const utterance = harness.open();
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'NO_RECEIVER' } });
    ear.isMute = false;
    await harness.clock.advanceAsync(1500);
    expect(harness.lane.answeringCount).toBe(1);
    const next = harness.open();
    await harness.speak(next, 2);
    await harness.clock.advanceAsync(500);
    expect(await next.played).toMatchObject({ outcome: 'complete' });
    harness.lane.dispose();
  });

  it('outlasts a tunnel of 8 s', async () => {
    const harness = new LaneHarness();
    const ear = harness.join();
    const utterance = harness.open();
    const writing = harness.speak(utterance, 50);
    await harness.clock.advanceAsync(45);
    ear.isMute = true;
    await harness.clock.advanceAsync(8000);
    ear.isMute = false;
    await harness.clock.advanceAsync(3000);
    await writing;
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesAcknowledged: 150 },
    });
    expect([...new Set(ear.frames)]).toHaveLength(150);
  });

  it('gives up one that acknowledges piece by piece for ever, after the end was due', async () => {
    const harness = new LaneHarness();
    const ear = harness.join('ear', { isLost: (_, nth) => nth >= 2 });
    const utterance = harness.open();
    await harness.speak(utterance, 10);
    const trickle = (): void => {
      harness.channel.report({
        utteranceSequence: utterance.utteranceSequence,
        nextSequence: Math.min(9, ++next),
      });
      harness.clock.setTimer(trickle, 6000);
    };
    let next = 2;
    trickle();
    ear.isMute = true;
    expect(await settledAfterMs(harness, utterance.played)).toBeLessThan(600 + 13_000);
    expect(await utterance.played).toMatchObject({
      outcome: 'failed',
      error: { code: 'DELIVERY_INCOMPLETE' },
    });
  });
});

describe('a receiver that greets anew', () => {
  it('hears the rest, from where its former life stopped, and the utterance ends in time', async () => {
    const harness = new LaneHarness();
    const former = harness.join();
    former.isPlaying = false;
    const utterance = harness.open();
    await harness.speak(utterance, 50);
    // Asked after a second of silence, it is heard for the last time.
    await harness.clock.advanceAsync(1600);
    former.isMute = true;
    // That it has gone is told late, and tells nothing of what it heard.
    await harness.clock.advanceAsync(500);
    harness.channel.peer('ear', false);
    await harness.clock.advanceAsync(700);
    harness.channel.peer('ear', true);
    const ear = harness.join('ear', { receiverId: 2 });
    await harness.clock.advanceAsync(4000);
    const heard = [...new Set(ear.frames)];
    expect(heard[0]).toBeGreaterThan(40);
    expect(heard[0]).toBeLessThanOrEqual(80);
    expect(heard).toEqual(Array.from({ length: 150 - heard[0]! }, (_, at) => heard[0]! + at));
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesSent: 150, framesAcknowledged: 150 },
    });
    expect(harness.lane.counters.droppedReceivers).toBe(0);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('is sent what its former life had not acknowledged, in mid-sentence of a live source', async () => {
    const harness = new LaneHarness();
    const former = harness.join();
    const utterance = harness.open();
    const writing = harness.speak(utterance, 4);
    await harness.clock.advanceAsync(10);
    former.isMute = true;
    await writing;
    await harness.clock.advanceAsync(1800);
    const ear = harness.join('ear', { receiverId: 2 });
    await harness.clock.advanceAsync(500);
    expect([...new Set(ear.frames)]).toEqual(Array.from({ length: 12 }, (_, at) => at));
    expect(await utterance.played).toMatchObject({ outcome: 'complete' });
  });

  it('joins in the middle as a newcomer does: from where the others are', async () => {
    const harness = new LaneHarness();
    const first = harness.join('a');
    first.isPlaying = false;
    const utterance = harness.open();
    await harness.speak(utterance, 50);
    await harness.clock.advanceAsync(1500);
    const second = harness.join('b');
    await harness.clock.advanceAsync(500);
    expect(second.frames[0]).toBeGreaterThan(65);
    expect(second.frames.at(-1)).toBe(149);
    harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'a');
    expect(await utterance.played).toMatchObject({ outcome: 'complete', counters: { droppedReceivers: 1 } });
  });
});
