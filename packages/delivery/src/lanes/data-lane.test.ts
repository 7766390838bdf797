import { encodePongPacket, encodeByePacket, encodeProbePacket, wireVersion } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneHarness } from '../testing/lane-harness.js';
import { sampleFrames, sampleSettings } from '../testing/sample-frames.js';

describe('DataLane: receivers', () => {
  it('is not deceived by an answer that a BYE has overtaken, and takes back who greets afterwards', async () => {
    const harness = new LaneHarness();
    const askedAtMs = harness.clock.nowMs();
    harness.channel.hello('ear', { probeNonce: 7, probeSendTimeMs: askedAtMs });
    await harness.clock.advanceAsync(60);
    harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'ear');
    harness.channel.hello('ear', { probeNonce: 8, probeSendTimeMs: askedAtMs + 40 });
    expect([harness.lane.receiverCount, harness.lane.counters.ignoredPackets]).toEqual([0, 1]);
    await harness.clock.advanceAsync(60);
    harness.channel.hello('ear', { probeNonce: 9, probeSendTimeMs: askedAtMs + 80 });
    expect(harness.lane.receiverCount).toBe(1);
    harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'ear');
    harness.channel.hello('ear');
    expect(harness.lane.receiverCount).toBe(1);
  });

  it('refuses receivers of another version, and more than 64', () => {
    const harness = new LaneHarness();
    harness.channel.hello('future', { minVersion: wireVersion + 1, maxVersion: wireVersion + 2 });
    expect([harness.lane.receiverCount, harness.lane.counters.unknownPackets]).toEqual([0, 1]);
    for (let at = 0; at < 70; at++) harness.channel.hello(`ear-${at}`);
    expect([harness.lane.receiverCount, harness.lane.counters.ignoredPackets]).toEqual([64, 6]);
    harness.channel.hello('ear-3');
    expect(harness.lane.counters.ignoredPackets).toBe(6);
  });

  it('encodes for those who can decode, and leaves out who cannot; if nobody can, the fallback is for all', () => {
    const harness = new LaneHarness();
    harness.channel.hello('a', { codecIds: ['opus', 'pcm'] });
    harness.channel.hello('b', { codecIds: ['pcm'] });
    expect(['opus', 'pcm', 'lyra'].map((codec) => harness.lane.canReceive(codec))).toEqual([
      true,
      true,
      false,
    ]);
    const receivers = (codecId: string): number => {
      const utterance = harness.open({ codec: { ...sampleSettings().codec, codecId } });
      utterance.writeFrames({ frames: sampleFrames(0, 3) });
      const sent = harness.channel.sent.filter(({ packet }) => packet.type === 'audio').length;
      utterance.cancel();
      harness.channel.sent.length = 0;
      return sent;
    };
    expect([receivers('opus'), harness.lane.counters.incapableReceivers]).toEqual([1, 1]);
    expect([receivers('lyra'), harness.lane.counters.incapableReceivers]).toEqual([2, 1]);
    harness.lane.dispose();
  });

  it('names the receiver only where there are several', async () => {
    const harness = new LaneHarness();
    harness.join('a');
    await harness.speak(harness.open(), 1);
    expect(harness.channel.of('audio').map((sent) => sent.to)).toEqual([undefined]);
    await harness.clock.advanceAsync(100);
    harness.join('b');
    await harness.speak(harness.open(), 1);
    expect(
      harness.channel
        .of('audio')
        .slice(1)
        .map((sent) => sent.to),
    ).toEqual([['a'], ['b']]);
    harness.lane.dispose();
  });
});

describe('DataLane: hostile packets', () => {
  it('counts and survives whatever comes', async () => {
    const harness = new LaneHarness();
    const receiver = harness.join();
    const utterance = harness.open();
    await harness.speak(utterance, 3);
    const { utteranceSequence } = utterance;
    const counted = (): number => {
      const { malformedPackets, unknownPackets, ignoredPackets } = harness.lane.counters;
      return malformedPackets + unknownPackets + ignoredPackets;
    };
    const hostile: (() => void)[] = [
      () => harness.channel.report({ utteranceSequence, nextSequence: 3, isEndKnown: true }, 'stranger'),
      () => harness.channel.report({ utteranceSequence: utteranceSequence + 1, nextSequence: 1 }),
      () => harness.channel.report({ utteranceSequence, channel: 4, nextSequence: 3 }),
      () => harness.channel.report({ utteranceSequence, nextSequence: 4 }),
      () => harness.channel.report({ utteranceSequence, bitmapLow: 0xffff_ffff, bitmapHigh: 0xffff_ffff }),
      () => harness.channel.report({ utteranceSequence, nextSequence: 0x8000 }),
      () => harness.channel.bring(new Uint8Array(0)),
      () => harness.channel.bring(Uint8Array.of((wireVersion << 6) | 1, 1, 2)),
      () => harness.channel.bring(Uint8Array.of(0xff, 1, 2)),
      () =>
        harness.channel.bring(
          encodePongPacket({ type: 'pong', receiverId: 1, nonce: 0, sendTimeMs: 0 }),
          'stranger',
        ),
      () => harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'stranger'),
      () => harness.channel.bring(encodeProbePacket({ type: 'probe', nonce: 1, sendTimeMs: 0 }), 'stranger'),
    ];
    for (const [at, send] of hostile.entries()) {
      send();
      expect(counted(), `packet ${at}`).toBe(at + 1);
    }
    expect(harness.lane.counters).toMatchObject({ malformedPackets: 2, unknownPackets: 1 });
    await harness.clock.advanceAsync(1000);
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesAcknowledged: 9 },
    });
    expect(receiver.frames).toHaveLength(9);
  });

  it('is not held up by a receiver that claims to have no buffer', async () => {
    const harness = new LaneHarness();
    harness.join('ear', { bufferMs: 0 });
    const utterance = harness.open();
    let written = false;
    void harness.speak(utterance, 1).then(() => (written = true));
    await harness.clock.advanceAsync(100);
    expect(written).toBe(true);
    harness.lane.dispose();
  });

  it('survives a channel that throws', async () => {
    const harness = new LaneHarness();
    harness.join();
    harness.channel.sendError = new Error('broken');
    const utterance = harness.open();
    await harness.speak(utterance, 2);
    await harness.clock.advanceAsync(1000);
    expect(harness.lane.counters.failedSends).toBeGreaterThan(3);
    harness.channel.sendError = undefined;
    await harness.clock.advanceAsync(2000);
    expect(await utterance.played).toMatchObject({ outcome: 'complete' });
    harness.lane.dispose();
  });
});

describe('DataLane: barge-in', () => {
  it('sends FLUSH at 0, 20 and 60 ms and once reliably, and no audio after it', async () => {
    const harness = new LaneHarness();
    harness.join('ear', { isLost: () => true });
    const utterance = harness.open({ redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [30] } });
    await harness.speak(utterance, 5);
    await harness.clock.advanceAsync(10);
    const audioBefore = harness.channel.of('audio').length;
    utterance.cancel();
    const startMs = harness.clock.nowMs();
    expect(await utterance.delivered).toMatchObject({ outcome: 'cancelled' });
    await harness.clock.advanceAsync(5000);
    expect(await utterance.played).toMatchObject({ outcome: 'cancelled' });
    const flushes = harness.channel.of('flush');
    expect(flushes.map((sent) => [sent.atMs - startMs, sent.isReliable])).toEqual([
      [0, false],
      [0, true],
      [20, false],
      [60, false],
    ]);
    expect(new Set(flushes.map((sent) => sent.packet.utteranceSequence))).toEqual(
      new Set([utterance.utteranceSequence]),
    );
    expect(harness.channel.of('audio')).toHaveLength(audioBefore);
    expect(harness.clock.pendingTimers).toBe(0);
    await expect(utterance.ready()).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('ends earlier utterances that the FLUSH silences as well, and not later ones', async () => {
    const harness = new LaneHarness();
    const receiver = harness.join();
    receiver.isPlaying = false;
    const utterances = [harness.open(), harness.open(), harness.open()];
    for (const utterance of utterances) await harness.speak(utterance, 2);
    await harness.clock.advanceAsync(100);
    utterances[1]!.cancel();
    await harness.clock.advanceAsync(400);
    expect(await utterances[0]!.played).toMatchObject({ outcome: 'cancelled' });
    expect(await utterances[1]!.played).toMatchObject({ outcome: 'cancelled' });
    receiver.isPlaying = true;
    harness.channel.report(receiver.report(utterances[2]!.utteranceSequence, 0));
    expect(await utterances[2]!.played).toMatchObject({ outcome: 'complete' });
  });

  it('releases a writer that waits', async () => {
    const harness = new LaneHarness();
    harness.join('ear', { isLost: () => true });
    const utterance = harness.open({ window: { cwndGain: 1, initialPackets: 2 } });
    const writing = harness.speak(utterance, 50, 300).catch((error: unknown) => error);
    await harness.clock.advanceAsync(100);
    utterance.cancel();
    expect(await writing).toMatchObject({ code: 'ABORTED' });
  });
});

describe('DataLane: receivers that come and go', () => {
  it('fails with NO_RECEIVER when there is none', async () => {
    const harness = new LaneHarness();
    const utterance = harness.open();
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'NO_RECEIVER' } });
    await expect(utterance.ready()).rejects.toMatchObject({ code: 'NO_RECEIVER' });
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('goes on when a receiver that lost its connection is back within the grace time', async () => {
    const harness = new LaneHarness({ rejoinLimitMs: 3000 });
    const receiver = harness.join();
    const utterance = harness.open();
    await harness.speak(utterance, 2);
    receiver.isMute = true;
    harness.channel.peer('ear', false);
    await harness.clock.advanceAsync(2900);
    receiver.isMute = false;
    harness.channel.peer('ear', true);
    await harness.clock.advanceAsync(3000);
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesAcknowledged: 6 },
    });
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('fails with RECEIVER_LEFT after the grace time, and a moment after BYE, if no other receiver comes', async () => {
    const harness = new LaneHarness({ rejoinLimitMs: 3000 });
    const receiver = harness.join();
    const first = harness.open();
    await harness.speak(first, 2);
    await harness.clock.advanceAsync(25);
    receiver.isMute = true;
    harness.channel.peer('ear', false);
    await harness.clock.advanceAsync(2999);
    let isOver = false;
    void first.played.then(() => (isOver = true));
    await harness.clock.advanceAsync(0);
    expect(isOver).toBe(false);
    await harness.clock.advanceAsync(2);
    expect(await first.played).toMatchObject({ outcome: 'failed', error: { code: 'RECEIVER_LEFT' } });
    expect(harness.lane.receiverCount).toBe(0);

    harness.join('other');
    const second = harness.open();
    await harness.speak(second, 2);
    const waiting = second.played;
    harness.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'other');
    expect(harness.lane.receiverCount).toBe(0);
    await harness.clock.advanceAsync(1500);
    expect(await waiting).toMatchObject({
      outcome: 'failed',
      error: { code: 'RECEIVER_LEFT', value: 'other' },
      counters: { framesSent: 6 },
    });
    await harness.clock.advanceAsync(100);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('tells what is missing at a receiver that fell silent', async () => {
    const harness = new LaneHarness({ unackedLimitMs: 4000 });
    const receiver = harness.join('ear', { isLost: (_sent, nth) => nth >= 2 });
    const utterance = harness.open();
    await harness.speak(utterance, 5);
    await harness.clock.advanceAsync(100);
    receiver.isMute = true;
    await harness.clock.advanceAsync(8000);
    const end = await utterance.played;
    expect(end).toMatchObject({
      outcome: 'failed',
      error: { code: 'DELIVERY_INCOMPLETE', value: 9 },
      counters: { framesSent: 15, framesAcknowledged: 6 },
    });
    expect(end.error?.message).toContain('9 of 15');
    // It is asked whether it is still there before it is given up.
    expect(harness.channel.of('ping').length).toBeGreaterThan(2);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('gives up a receiver that answers but takes nothing', async () => {
    const harness = new LaneHarness({ unackedLimitMs: 4000 });
    harness.channel.hello();
    const utterance = harness.open();
    await harness.speak(utterance, 3);
    for (let ms = 0; ms < 6000; ms += 500) {
      harness.channel.report({ utteranceSequence: utterance.utteranceSequence });
      await harness.clock.advanceAsync(500);
    }
    expect(await utterance.played).toMatchObject({
      outcome: 'failed',
      error: { code: 'DELIVERY_INCOMPLETE', value: 9 },
    });
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('delivers to one receiver while another is gone, and while another is slow', async () => {
    const harness = new LaneHarness({ unackedLimitMs: 4000 });
    harness.join('good');
    const gone = harness.join('gone');
    gone.isMute = true;
    const slow = harness.join('slow', { rttMs: 900 });
    const utterance = harness.open({ window: { cwndGain: 1, initialPackets: 2 } });
    const startMs = harness.clock.nowMs();
    let writtenMs = 0;
    void harness.speak(utterance, 40, 300).then(() => (writtenMs = harness.clock.nowMs() - startMs));
    await harness.clock.advanceAsync(20_000);
    expect(writtenMs).toBeGreaterThan(0);
    expect(writtenMs).toBeLessThan(2500);
    expect(slow.frames).toHaveLength(120);
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesAcknowledged: 120 },
    });
    expect(harness.lane.counters.droppedReceivers).toBe(1);
    expect(harness.clock.pendingTimers).toBe(0);
  });
});

describe('DataLane: connection', () => {
  it('waits while reconnecting, then sends again what was in flight', async () => {
    const harness = new LaneHarness();
    const receiver = harness.join();
    const utterance = harness.open();
    await utterance.ready();
    utterance.writeFrames({ frames: sampleFrames(0, 3) });
    harness.channel.change('reconnecting');
    receiver.isMute = true;
    let isReady = false;
    void utterance.ready().then(() => (isReady = true));
    await harness.clock.advanceAsync(60_000);
    expect(isReady).toBe(false);
    expect([harness.channel.of('audio').length, harness.lane.counters.failedSends]).toEqual([1, 0]);
    receiver.isMute = false;
    harness.channel.change('connected');
    await harness.clock.advanceAsync(0);
    expect([isReady, harness.channel.of('audio').length]).toEqual([true, 2]);
    utterance.writeFrames({ frames: sampleFrames(3, 3) });
    utterance.end(6 * 480);
    await harness.clock.advanceAsync(500);
    expect(await utterance.played).toMatchObject({ outcome: 'complete' });
  });

  it('lets a writer go on at once after reconnecting, even if nothing is in flight', async () => {
    const harness = new LaneHarness();
    harness.join();
    const utterance = harness.open();
    harness.channel.change('reconnecting');
    let isReady = false;
    void utterance.ready().then(() => (isReady = true));
    await harness.clock.advanceAsync(100);
    harness.channel.change('connected');
    await harness.clock.advanceAsync(0);
    expect(isReady).toBe(true);
    harness.lane.dispose();
  });

  it('fails what is being said when the connection is lost for good, and what is said after', async () => {
    const harness = new LaneHarness();
    harness.join();
    const utterance = harness.open();
    await harness.speak(utterance, 2);
    harness.channel.change('closed');
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'CONNECTION_LOST' } });
    const next = harness.open();
    await expect(next.ready()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await harness.clock.advanceAsync(100);
    expect(harness.clock.pendingTimers).toBe(0);
  });
});

describe('DataLane: many utterances', () => {
  it('lets the next utterance use the credit that one before it gives back', async () => {
    const harness = new LaneHarness();
    harness.join();
    const settings = { window: { cwndGain: 1, initialPackets: 2 } };
    const [first, second] = [harness.open(settings), harness.open(settings)];
    await harness.speak(first, 2, 330);
    const writing = harness.speak(second, 6, 330);
    await harness.clock.advanceAsync(1000);
    await writing;
    expect(await first.played).toMatchObject({ outcome: 'complete' });
    expect(await second.played).toMatchObject({ outcome: 'complete' });
    expect(harness.channel.of('audio')).toHaveLength(8);
  });

  it('holds the writer back at the lead cap, counting what earlier utterances still have to play', async () => {
    const harness = new LaneHarness();
    const receiver = harness.join();
    receiver.isPlaying = false;
    const first = harness.open({ maxBufferAheadMs: 1000 });
    await harness.speak(first, 10); // 600 ms
    await harness.clock.advanceAsync(45);
    const second = harness.open({ maxBufferAheadMs: 1000 });
    let written = 0;
    void (async () => {
      for (let at = 0; at < 20; at++) {
        await second.ready();
        second.writeFrames({ frames: sampleFrames(3 * at, 3) });
        written++;
      }
    })().catch(() => undefined);
    await harness.clock.advanceAsync(0);
    expect(written).toBeGreaterThan(4);
    expect(written).toBeLessThan(10);
    const before = written;
    await harness.clock.advanceAsync(300);
    expect(written - before).toBeGreaterThan(2);
    expect(written - before).toBeLessThan(12);
    harness.lane.dispose();
  });

  it('speaks 200 in order and keeps nothing of them', async () => {
    const harness = new LaneHarness();
    const receiver = harness.join('ear', { isLost: (_sent, nth) => nth % 7 === 3 });
    const utteranceSequences: number[] = [];
    for (let at = 0; at < 200; at++) {
      const utterance = harness.open();
      utteranceSequences.push(utterance.utteranceSequence);
      const speaking = harness.speak(utterance, 4);
      let isOver = false;
      void utterance.played.then(() => (isOver = true));
      for (let step = 0; step < 40 && !isOver; step++) await harness.clock.advanceAsync(100);
      await speaking;
      expect(await utterance.delivered).toMatchObject({
        outcome: 'complete',
        counters: { framesAcknowledged: 12 },
      });
      expect(harness.clock.pendingTimers).toBe(0);
    }
    for (let at = 1; at < 200; at++)
      expect(utteranceSequences[at]).toBe((utteranceSequences[at - 1]! + 1) & 0xffff);
    expect(receiver.frames).toHaveLength(200 * 12);
    harness.lane.dispose();
    expect([harness.channel.listenerCount, harness.clock.pendingTimers]).toEqual([0, 0]);
  });

  it('disposes in the middle of everything and leaves nothing behind', async () => {
    const harness = new LaneHarness();
    harness.join('ear', { isLost: () => true });
    harness.join('leaving');
    harness.channel.peer('leaving', false);
    const utterance = harness.open({
      redundancy: { redundantFirstPackets: 8, redundancyDelaysMs: [50, 100] },
    });
    const other = harness.open();
    other.cancel();
    const third = harness.open();
    await harness.speak(third, 3);
    harness.lane.dispose();
    harness.lane.dispose();
    for (const one of [utterance, other, third])
      expect(await one.played).toMatchObject({ outcome: 'cancelled' });
    expect(harness.channel.of('flush').at(-1)?.packet.utteranceSequence).toBe(third.utteranceSequence);
    await harness.clock.advanceAsync(100);
    expect([harness.channel.listenerCount, harness.clock.pendingTimers]).toEqual([0, 0]);
    expect(() => harness.open()).toThrow(expect.objectContaining({ code: 'DISPOSED' }));
  });
});

describe('DataLane: over a reliable channel', () => {
  it('sends everything once, reliably', async () => {
    const harness = new LaneHarness({ recovery: 'reliable' });
    harness.join();
    const utterance = harness.open({ redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [30] } });
    await harness.speak(utterance, 4);
    await harness.clock.advanceAsync(2000);
    expect(await utterance.played).toMatchObject({ outcome: 'complete' });
    expect(harness.channel.of('audio').map((sent) => sent.isReliable)).toEqual([true, true, true, true]);
    expect(harness.channel.of('end')).toHaveLength(1);
  });
});

describe('DataLane: a receiver that joins anew', () => {
  it('has time to open its channels before its silence counts', async () => {
    const harness = new LaneHarness();
    harness.channel.hello();
    const utterance = harness.lane.openUtterance({
      settings: sampleSettings(),
      sampleRateHz: 24_000,
      firstPcmAtMs: harness.clock.nowMs(),
    });
    utterance.writeFrames({ frames: sampleFrames(0, 3) });
    await harness.clock.advanceAsync(1500);
    expect(utterance.unansweredMs).toBe(1500);
    harness.channel.peer('ear', true);
    expect(utterance.unansweredMs).toBe(0);
    await harness.clock.advanceAsync(4000);
    expect(utterance.unansweredMs).toBe(0);
    await harness.clock.advanceAsync(700);
    expect(utterance.unansweredMs).toBe(700);
    harness.lane.dispose();
  });
});
