import { encodePongPacket, encodeByePacket, encodeProbePacket, wireVersion } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { LaneBench } from '../testing/lane-bench.js';
import { sampleFrames, sampleSettings } from '../testing/sample-frames.js';

describe('DataLane: receivers', () => {
  it('is not deceived by an answer that a BYE has overtaken, and takes back who greets afterwards', async () => {
    const bench = new LaneBench();
    const askedAtMs = bench.clock.nowMs();
    bench.channel.hello('ear', { probeNonce: 7, probeSendTimeMs: askedAtMs });
    await bench.clock.advanceAsync(60);
    bench.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'ear');
    bench.channel.hello('ear', { probeNonce: 8, probeSendTimeMs: askedAtMs + 40 });
    expect([bench.lane.receiverCount, bench.lane.counters.ignoredPackets]).toEqual([0, 1]);
    await bench.clock.advanceAsync(60);
    bench.channel.hello('ear', { probeNonce: 9, probeSendTimeMs: askedAtMs + 80 });
    expect(bench.lane.receiverCount).toBe(1);
    bench.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'ear');
    bench.channel.hello('ear');
    expect(bench.lane.receiverCount).toBe(1);
  });

  it('refuses receivers of another version, and more than 64', () => {
    const bench = new LaneBench();
    bench.channel.hello('future', { minVersion: wireVersion + 1, maxVersion: wireVersion + 2 });
    expect([bench.lane.receiverCount, bench.lane.counters.unknownPackets]).toEqual([0, 1]);
    for (let at = 0; at < 70; at++) bench.channel.hello(`ear-${at}`);
    expect([bench.lane.receiverCount, bench.lane.counters.ignoredPackets]).toEqual([64, 6]);
    bench.channel.hello('ear-3');
    expect(bench.lane.counters.ignoredPackets).toBe(6);
  });

  it('encodes for those who can decode, and leaves out who cannot; if nobody can, the fallback is for all', () => {
    const bench = new LaneBench();
    bench.channel.hello('a', { codecIds: ['opus', 'pcm'] });
    bench.channel.hello('b', { codecIds: ['pcm'] });
    expect(['opus', 'pcm', 'lyra'].map((codec) => bench.lane.canReceive(codec))).toEqual([true, true, false]);
    const receivers = (codecId: string): number => {
      const utterance = bench.open({ codec: { ...sampleSettings().codec, codecId } });
      utterance.writeFrames({ frames: sampleFrames(0, 3) });
      const sent = bench.channel.sent.filter(({ packet }) => packet.type === 'audio').length;
      utterance.cancel();
      bench.channel.sent.length = 0;
      return sent;
    };
    expect([receivers('opus'), bench.lane.counters.incapableReceivers]).toEqual([1, 1]);
    expect([receivers('lyra'), bench.lane.counters.incapableReceivers]).toEqual([2, 1]);
    bench.lane.dispose();
  });

  it('names the receiver only where there are several', async () => {
    const bench = new LaneBench();
    bench.join('a');
    await bench.speak(bench.open(), 1);
    expect(bench.channel.of('audio').map((sent) => sent.to)).toEqual([undefined]);
    bench.join('b');
    await bench.speak(bench.open(), 1);
    expect(
      bench.channel
        .of('audio')
        .slice(1)
        .map((sent) => sent.to),
    ).toEqual([['a'], ['b']]);
    bench.lane.dispose();
  });
});

describe('DataLane: hostile packets', () => {
  it('counts and survives whatever comes', async () => {
    const bench = new LaneBench();
    const receiver = bench.join();
    const utterance = bench.open();
    await bench.speak(utterance, 3);
    const { generation } = utterance;
    const counted = (): number => {
      const { malformedPackets, unknownPackets, ignoredPackets } = bench.lane.counters;
      return malformedPackets + unknownPackets + ignoredPackets;
    };
    const hostile: (() => void)[] = [
      () => bench.channel.report({ generation, nextSequence: 3, isEndKnown: true }, 'stranger'),
      () => bench.channel.report({ generation: generation + 1, nextSequence: 1 }),
      () => bench.channel.report({ generation, channel: 4, nextSequence: 3 }),
      () => bench.channel.report({ generation, nextSequence: 4 }),
      () => bench.channel.report({ generation, bitmapLow: 0xffff_ffff, bitmapHigh: 0xffff_ffff }),
      () => bench.channel.report({ generation, nextSequence: 0x8000 }),
      () => bench.channel.bring(new Uint8Array(0)),
      () => bench.channel.bring(Uint8Array.of((wireVersion << 6) | 1, 1, 2)),
      () => bench.channel.bring(Uint8Array.of(0xff, 1, 2)),
      () =>
        bench.channel.bring(
          encodePongPacket({ type: 'pong', receiverId: 1, nonce: 0, sendTimeMs: 0 }),
          'stranger',
        ),
      () => bench.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'stranger'),
      () => bench.channel.bring(encodeProbePacket({ type: 'probe', nonce: 1, sendTimeMs: 0 }), 'stranger'),
    ];
    for (const [at, send] of hostile.entries()) {
      send();
      expect(counted(), `packet ${at}`).toBe(at + 1);
    }
    expect(bench.lane.counters).toMatchObject({ malformedPackets: 2, unknownPackets: 1 });
    await bench.clock.advanceAsync(1000);
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesAcknowledged: 9 },
    });
    expect(receiver.frames).toHaveLength(9);
  });

  it('is not held up by a receiver that claims to have no buffer', async () => {
    const bench = new LaneBench();
    bench.join('ear', { bufferMs: 0 });
    const utterance = bench.open();
    let written = false;
    void bench.speak(utterance, 1).then(() => (written = true));
    await bench.clock.advanceAsync(100);
    expect(written).toBe(true);
    bench.lane.dispose();
  });

  it('survives a channel that throws', async () => {
    const bench = new LaneBench();
    bench.join();
    bench.channel.sendError = new Error('broken');
    const utterance = bench.open();
    await bench.speak(utterance, 2);
    await bench.clock.advanceAsync(1000);
    expect(bench.lane.counters.failedSends).toBeGreaterThan(3);
    bench.channel.sendError = undefined;
    await bench.clock.advanceAsync(2000);
    expect(await utterance.played).toMatchObject({ outcome: 'complete' });
    bench.lane.dispose();
  });
});

describe('DataLane: barge-in', () => {
  it('sends FLUSH at 0, 20 and 60 ms and once reliably, and no audio after it', async () => {
    const bench = new LaneBench();
    bench.join('ear', { isLost: () => true });
    const utterance = bench.open({ redundancy: { copiedPackets: 2, copyDelaysMs: [30] } });
    await bench.speak(utterance, 5);
    await bench.clock.advanceAsync(10);
    const audioBefore = bench.channel.of('audio').length;
    utterance.cancel();
    const startMs = bench.clock.nowMs();
    expect(await utterance.played).toMatchObject({ outcome: 'cancelled' });
    expect(await utterance.delivered).toMatchObject({ outcome: 'cancelled' });
    await bench.clock.advanceAsync(5000);
    const flushes = bench.channel.of('flush');
    expect(flushes.map((sent) => [sent.atMs - startMs, sent.isReliable])).toEqual([
      [0, false],
      [0, true],
      [20, false],
      [60, false],
    ]);
    expect(new Set(flushes.map((sent) => sent.packet.generation))).toEqual(new Set([utterance.generation]));
    expect(bench.channel.of('audio')).toHaveLength(audioBefore);
    expect(bench.clock.pendingTimers).toBe(0);
    await expect(utterance.ready()).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('ends earlier utterances that the FLUSH silences as well, and not later ones', async () => {
    const bench = new LaneBench();
    const receiver = bench.join();
    receiver.isPlaying = false;
    const utterances = [bench.open(), bench.open(), bench.open()];
    for (const utterance of utterances) await bench.speak(utterance, 2);
    await bench.clock.advanceAsync(100);
    utterances[1]!.cancel();
    expect(await utterances[0]!.played).toMatchObject({ outcome: 'cancelled' });
    expect(await utterances[1]!.played).toMatchObject({ outcome: 'cancelled' });
    receiver.isPlaying = true;
    bench.channel.report(receiver.report(utterances[2]!.generation, 0));
    expect(await utterances[2]!.played).toMatchObject({ outcome: 'complete' });
  });

  it('releases a writer that waits', async () => {
    const bench = new LaneBench();
    bench.join('ear', { isLost: () => true });
    const utterance = bench.open({ window: { bandwidthDelayProducts: 1, initialPackets: 2 } });
    const writing = bench.speak(utterance, 50, 300).catch((error: unknown) => error);
    await bench.clock.advanceAsync(100);
    utterance.cancel();
    expect(await writing).toMatchObject({ code: 'ABORTED' });
  });
});

describe('DataLane: receivers that come and go', () => {
  it('fails with NO_RECEIVER when there is none', async () => {
    const bench = new LaneBench();
    const utterance = bench.open();
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'NO_RECEIVER' } });
    await expect(utterance.ready()).rejects.toMatchObject({ code: 'NO_RECEIVER' });
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('goes on when a receiver that lost its connection is back within the grace time', async () => {
    const bench = new LaneBench({ rejoinLimitMs: 3000 });
    const receiver = bench.join();
    const utterance = bench.open();
    await bench.speak(utterance, 2);
    receiver.isMute = true;
    bench.channel.peer('ear', false);
    await bench.clock.advanceAsync(2900);
    receiver.isMute = false;
    bench.channel.peer('ear', true);
    await bench.clock.advanceAsync(3000);
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesAcknowledged: 6 },
    });
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('fails with RECEIVER_LEFT after the grace time, and at once on BYE', async () => {
    const bench = new LaneBench({ rejoinLimitMs: 3000 });
    const receiver = bench.join();
    const first = bench.open();
    await bench.speak(first, 2);
    await bench.clock.advanceAsync(25);
    receiver.isMute = true;
    bench.channel.peer('ear', false);
    await bench.clock.advanceAsync(2999);
    let isOver = false;
    void first.played.then(() => (isOver = true));
    await bench.clock.advanceAsync(0);
    expect(isOver).toBe(false);
    await bench.clock.advanceAsync(2);
    expect(await first.played).toMatchObject({ outcome: 'failed', error: { code: 'RECEIVER_LEFT' } });
    expect(bench.lane.receiverCount).toBe(0);

    bench.join('other');
    const second = bench.open();
    await bench.speak(second, 2);
    const waiting = second.played;
    bench.channel.bring(encodeByePacket({ type: 'bye', receiverId: 1 }), 'other');
    expect(await waiting).toMatchObject({
      outcome: 'failed',
      error: { code: 'RECEIVER_LEFT', value: 'other' },
      counters: { framesSent: 6 },
    });
    await bench.clock.advanceAsync(100);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('tells what is missing at a receiver that fell silent', async () => {
    const bench = new LaneBench({ silenceLimitMs: 4000 });
    const receiver = bench.join('ear', { isLost: (_sent, nth) => nth >= 2 });
    const utterance = bench.open();
    await bench.speak(utterance, 5);
    await bench.clock.advanceAsync(100);
    receiver.isMute = true;
    await bench.clock.advanceAsync(8000);
    const end = await utterance.played;
    expect(end).toMatchObject({
      outcome: 'failed',
      error: { code: 'DELIVERY_INCOMPLETE', value: 9 },
      counters: { framesSent: 15, framesAcknowledged: 6 },
    });
    expect(end.error?.message).toContain('9 of 15');
    // It is asked whether it is still there before it is given up.
    expect(bench.channel.of('ping').length).toBeGreaterThan(2);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('gives up a receiver that answers but takes nothing', async () => {
    const bench = new LaneBench({ silenceLimitMs: 4000 });
    bench.channel.hello();
    const utterance = bench.open();
    await bench.speak(utterance, 3);
    for (let ms = 0; ms < 6000; ms += 500) {
      bench.channel.report({ generation: utterance.generation });
      await bench.clock.advanceAsync(500);
    }
    expect(await utterance.played).toMatchObject({
      outcome: 'failed',
      error: { code: 'DELIVERY_INCOMPLETE', value: 9 },
    });
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('delivers to one receiver while another is gone, and while another is slow', async () => {
    const bench = new LaneBench({ silenceLimitMs: 4000 });
    bench.join('good');
    const gone = bench.join('gone');
    gone.isMute = true;
    const slow = bench.join('slow', { rttMs: 900 });
    const utterance = bench.open({ window: { bandwidthDelayProducts: 1, initialPackets: 2 } });
    const startMs = bench.clock.nowMs();
    let writtenMs = 0;
    void bench.speak(utterance, 40, 300).then(() => (writtenMs = bench.clock.nowMs() - startMs));
    await bench.clock.advanceAsync(20_000);
    expect(writtenMs).toBeGreaterThan(0);
    expect(writtenMs).toBeLessThan(2500);
    expect(slow.frames).toHaveLength(120);
    expect(await utterance.played).toMatchObject({
      outcome: 'complete',
      counters: { framesAcknowledged: 120 },
    });
    expect(bench.lane.counters.droppedReceivers).toBe(1);
    expect(bench.clock.pendingTimers).toBe(0);
  });
});

describe('DataLane: connection', () => {
  it('waits while reconnecting, then sends again what was in flight', async () => {
    const bench = new LaneBench();
    const receiver = bench.join();
    const utterance = bench.open();
    await utterance.ready();
    utterance.writeFrames({ frames: sampleFrames(0, 3) });
    bench.channel.change('reconnecting');
    receiver.isMute = true;
    let isReady = false;
    void utterance.ready().then(() => (isReady = true));
    await bench.clock.advanceAsync(60_000);
    expect(isReady).toBe(false);
    expect([bench.channel.of('audio').length, bench.lane.counters.failedSends]).toEqual([1, 0]);
    receiver.isMute = false;
    bench.channel.change('connected');
    await bench.clock.advanceAsync(0);
    expect([isReady, bench.channel.of('audio').length]).toEqual([true, 2]);
    utterance.writeFrames({ frames: sampleFrames(3, 3) });
    utterance.end(6 * 480);
    await bench.clock.advanceAsync(500);
    expect(await utterance.played).toMatchObject({ outcome: 'complete' });
  });

  it('lets a writer go on at once after reconnecting, even if nothing is in flight', async () => {
    const bench = new LaneBench();
    bench.join();
    const utterance = bench.open();
    bench.channel.change('reconnecting');
    let isReady = false;
    void utterance.ready().then(() => (isReady = true));
    await bench.clock.advanceAsync(100);
    bench.channel.change('connected');
    await bench.clock.advanceAsync(0);
    expect(isReady).toBe(true);
    bench.lane.dispose();
  });

  it('fails what is being said when the connection is lost for good, and what is said after', async () => {
    const bench = new LaneBench();
    bench.join();
    const utterance = bench.open();
    await bench.speak(utterance, 2);
    bench.channel.change('closed');
    expect(await utterance.played).toMatchObject({ outcome: 'failed', error: { code: 'CONNECTION_LOST' } });
    const next = bench.open();
    await expect(next.ready()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await bench.clock.advanceAsync(100);
    expect(bench.clock.pendingTimers).toBe(0);
  });
});

describe('DataLane: many utterances', () => {
  it('lets the next utterance use the credit that one before it gives back', async () => {
    const bench = new LaneBench();
    bench.join();
    const settings = { window: { bandwidthDelayProducts: 1, initialPackets: 2 } };
    const [first, second] = [bench.open(settings), bench.open(settings)];
    await bench.speak(first, 2, 330);
    const writing = bench.speak(second, 6, 330);
    await bench.clock.advanceAsync(1000);
    await writing;
    expect(await first.played).toMatchObject({ outcome: 'complete' });
    expect(await second.played).toMatchObject({ outcome: 'complete' });
    expect(bench.channel.of('audio')).toHaveLength(8);
  });

  it('holds the writer back at the lead cap, counting what earlier utterances still have to play', async () => {
    const bench = new LaneBench();
    const receiver = bench.join();
    receiver.isPlaying = false;
    const first = bench.open({ leadCapMs: 1000 });
    await bench.speak(first, 10); // 600 ms
    await bench.clock.advanceAsync(45);
    const second = bench.open({ leadCapMs: 1000 });
    let written = 0;
    void (async () => {
      for (let at = 0; at < 20; at++) {
        await second.ready();
        second.writeFrames({ frames: sampleFrames(3 * at, 3) });
        written++;
      }
    })().catch(() => undefined);
    await bench.clock.advanceAsync(0);
    expect(written).toBeGreaterThan(4);
    expect(written).toBeLessThan(10);
    const before = written;
    await bench.clock.advanceAsync(300);
    expect(written - before).toBeGreaterThan(2);
    expect(written - before).toBeLessThan(12);
    bench.lane.dispose();
  });

  it('speaks 200 in order and keeps nothing of them', async () => {
    const bench = new LaneBench();
    const receiver = bench.join('ear', { isLost: (_sent, nth) => nth % 7 === 3 });
    const generations: number[] = [];
    for (let at = 0; at < 200; at++) {
      const utterance = bench.open();
      generations.push(utterance.generation);
      const speaking = bench.speak(utterance, 4);
      let isOver = false;
      void utterance.played.then(() => (isOver = true));
      for (let step = 0; step < 40 && !isOver; step++) await bench.clock.advanceAsync(100);
      await speaking;
      expect(await utterance.delivered).toMatchObject({
        outcome: 'complete',
        counters: { framesAcknowledged: 12 },
      });
      expect(bench.clock.pendingTimers).toBe(0);
    }
    for (let at = 1; at < 200; at++) expect(generations[at]).toBe((generations[at - 1]! + 1) & 0xffff);
    expect(receiver.frames).toHaveLength(200 * 12);
    bench.lane.dispose();
    expect([bench.channel.listenerCount, bench.clock.pendingTimers]).toEqual([0, 0]);
  });

  it('disposes in the middle of everything and leaves nothing behind', async () => {
    const bench = new LaneBench();
    bench.join('ear', { isLost: () => true });
    bench.join('leaving');
    bench.channel.peer('leaving', false);
    const utterance = bench.open({ redundancy: { copiedPackets: 8, copyDelaysMs: [50, 100] } });
    const other = bench.open();
    other.cancel();
    const third = bench.open();
    await bench.speak(third, 3);
    bench.lane.dispose();
    bench.lane.dispose();
    for (const one of [utterance, other, third])
      expect(await one.played).toMatchObject({ outcome: 'cancelled' });
    expect(bench.channel.of('flush').at(-1)?.packet.generation).toBe(third.generation);
    await bench.clock.advanceAsync(100);
    expect([bench.channel.listenerCount, bench.clock.pendingTimers]).toEqual([0, 0]);
    expect(() => bench.open()).toThrow(expect.objectContaining({ code: 'DISPOSED' }));
  });
});

describe('DataLane: over a reliable channel', () => {
  it('sends everything once, reliably', async () => {
    const bench = new LaneBench({ recovery: 'reliable' });
    bench.join();
    const utterance = bench.open({ redundancy: { copiedPackets: 2, copyDelaysMs: [30] } });
    await bench.speak(utterance, 4);
    await bench.clock.advanceAsync(2000);
    expect(await utterance.played).toMatchObject({ outcome: 'complete' });
    expect(bench.channel.of('audio').map((sent) => sent.isReliable)).toEqual([true, true, true, true]);
    expect(bench.channel.of('end')).toHaveLength(1);
  });
});

describe('DataLane: a receiver that joins anew', () => {
  it('has time to open its channels before its silence counts', async () => {
    const bench = new LaneBench();
    bench.channel.hello();
    const utterance = bench.lane.openUtterance({
      settings: sampleSettings(),
      sampleRateHz: 24_000,
      firstPcmAtMs: bench.clock.nowMs(),
    });
    utterance.writeFrames({ frames: sampleFrames(0, 3) });
    await bench.clock.advanceAsync(1500);
    expect(utterance.unansweredMs).toBe(1500);
    bench.channel.peer('ear', true);
    expect(utterance.unansweredMs).toBe(0);
    await bench.clock.advanceAsync(4000);
    expect(utterance.unansweredMs).toBe(0);
    await bench.clock.advanceAsync(700);
    expect(utterance.unansweredMs).toBe(700);
    bench.lane.dispose();
  });
});
