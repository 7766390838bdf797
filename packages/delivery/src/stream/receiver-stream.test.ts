import { VirtualClock, createSeededRandom } from '@eloquence/base';
import type { StreamSettings } from '@eloquence/plugin-api';
import {
  type AudioPacket,
  type EndPacket,
  type ReportPacket,
  audioFlag,
  decodePacket,
} from '@eloquence/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OutgoingPacket, Packetizer } from '../utterance/packetizer.js';
import { ReceiverStream } from './receiver-stream.js';
import { ReceiverPeer } from '../receivers/receiver-peer.js';
import { type RecoveryTuning, productionRecovery } from './recovery-tuning.js';
import { sampleFrames, sampleSettings, sampleTotals } from '../testing/sample-frames.js';
import { sampleHello, sampleReport } from '../testing/scripted-channel.js';

interface Transmission {
  readonly atMs: number;
  /** Sequence number of an audio packet, or END. */
  readonly what: number | 'end';
  readonly kind: 'first' | 'copy' | 'repeat' | 'end';
}

const rttMs = 40;
/** 1.2 RTT + 15 ms for a round trip of exactly 40 ms. */
const repeatAfterMs = 63;
/** Least wait between two probes: more than three quarters of the round trip. */
const frequentMs = 120;

class Bench {
  readonly clock = new VirtualClock(1000);
  readonly peer = new ReceiverPeer('ear', 'ear', sampleHello, 1000);
  readonly sent: Transmission[] = [];
  readonly packetizer = new Packetizer(0, 1, 1086);
  readonly stream: ReceiverStream;
  isOpen = true;
  #settings: StreamSettings;

  constructor(
    settings: Partial<StreamSettings> = {},
    isRetransmitting = true,
    tuning: Partial<RecoveryTuning> = {},
  ) {
    // Many equal samples, so that the variation is nearly 0.
    for (let count = 0; count < 40; count++) this.peer.rtt.add(rttMs);
    this.#settings = sampleSettings(settings);
    this.stream = new ReceiverStream({
      peer: this.peer,
      settings: this.#settings,
      clock: this.clock,
      isRetransmitting,
      tuning: { ...productionRecovery, ...tuning },
      outlet: { isOpen: () => this.isOpen, send: (bytes) => this.#note(bytes) },
    });
  }

  get #elapsedMs(): number {
    return this.clock.nowMs() - 1000;
  }

  offer(count = 1, bytes = 60): OutgoingPacket[] {
    return Array.from({ length: count }, () => {
      const packet = this.packetizer.pack(sampleFrames(this.packetizer.frameCount, 1, bytes), this.#settings);
      this.stream.pump(packet);
      return packet;
    });
  }

  report(changes: Partial<ReportPacket>): boolean {
    return this.stream.handleReport(sampleReport(changes), this.clock.nowMs());
  }

  /** Transmissions of one packet, as `kind@ms`. */
  of(what: Transmission['what']): string[] {
    return this.sent
      .filter((sent) => sent.what === what)
      .map((sent) => `${sent.kind}@${Math.round(sent.atMs)}`);
  }

  #note(bytes: Uint8Array): void {
    const packet = decodePacket(bytes) as AudioPacket | EndPacket;
    if (packet.type === 'end') {
      this.sent.push({ atMs: this.#elapsedMs, what: 'end', kind: 'end' });
      return;
    }
    const isRepeat = (packet.flags & audioFlag.repeat) !== 0;
    const kind = isRepeat ? 'repeat' : (packet.flags & audioFlag.copy) !== 0 ? 'copy' : 'first';
    expect(packet.sendTimeMs).toBe(Math.round(this.clock.nowMs()) & 0xffff);
    this.sent.push({ atMs: this.#elapsedMs, what: packet.sequence, kind });
  }
}

describe('ReceiverStream: repeats', () => {
  it('repeats at once at a gap, and not again before 1.2 RTT + 15 ms', () => {
    const bench = new Bench();
    bench.offer(4);
    bench.clock.advance(rttMs);
    const gap = { nextSequence: 1, bitmapLow: 0b11 };
    bench.report(gap);
    expect(bench.of(1)).toEqual(['first@0', 'repeat@40']);
    for (let ms = 0; ms < repeatAfterMs - 3; ms += 10) {
      bench.clock.advance(10);
      bench.report(gap);
    }
    expect(bench.of(1)).toHaveLength(2);
    bench.clock.advance(4);
    bench.report(gap);
    expect(bench.of(1)).toHaveLength(3);
    expect([bench.of(0), bench.of(2), bench.of(3)].map((sent) => sent.length)).toEqual([1, 1, 1]);
  });

  it('waits with the first repeat where an experiment says so', () => {
    const bench = new Bench({}, true, { firstRepeatRtts: 1.5 });
    bench.offer(4);
    bench.clock.advance(rttMs);
    const gap = { nextSequence: 1, bitmapLow: 0b11 };
    bench.report(gap);
    expect(bench.of(1)).toEqual(['first@0']);
    bench.clock.advance(rttMs / 2);
    bench.report(gap);
    expect(bench.of(1)).toEqual(['first@0', 'repeat@60']);
  });

  it('repeats nothing beyond the highest packet that arrived, until END is known', () => {
    const bench = new Bench();
    bench.offer(4);
    bench.stream.end(sampleTotals);
    bench.clock.advance(rttMs);
    bench.report({ nextSequence: 1, bitmapLow: 0b1 });
    expect([bench.of(1).length, bench.of(3).length]).toEqual([2, 1]);
    bench.report({ nextSequence: 1, bitmapLow: 0b1, isEndKnown: true });
    expect([bench.of(1).length, bench.of(3).length]).toEqual([2, 2]);
    bench.stream.dispose();
  });

  it('neither copies, repeats nor probes over a reliable channel', () => {
    const bench = new Bench({ redundancy: { copiedPackets: 2, copyDelaysMs: [30] } }, false);
    bench.offer(4);
    bench.stream.end(sampleTotals);
    expect(bench.clock.pendingTimers).toBe(0);
    bench.report({ nextSequence: 1, bitmapLow: 0b1, isEndKnown: true });
    expect(bench.sent.map((sent) => sent.kind)).toEqual(['first', 'first', 'first', 'first', 'end']);
  });
});

describe('ReceiverStream: copies', () => {
  const redundancy = { copiedPackets: 2, copyDelaysMs: [10, 60] };

  it('sends copies of the first packets at their delays', () => {
    const bench = new Bench({ redundancy });
    bench.offer(3);
    bench.clock.advance(62);
    expect(bench.of(0)).toEqual(['first@0', 'copy@10', 'copy@60']);
    expect(bench.of(1)).toEqual(['first@0', 'copy@10', 'copy@60']);
    expect(bench.of(2)).toEqual(['first@0']);
    expect(bench.stream.counters).toMatchObject({
      packetsSent: 7,
      redundantPackets: 4,
      packetsRetransmitted: 0,
    });
    bench.stream.dispose();
  });

  it('leaves out copies of what has been acknowledged', () => {
    const bench = new Bench({ redundancy });
    bench.offer(2);
    bench.clock.advance(rttMs);
    bench.report({ nextSequence: 1 });
    bench.clock.advance(30);
    expect([bench.of(0).length, bench.of(1).length]).toEqual([2, 3]);
    bench.stream.dispose();
  });

  it('copies as many packets as protection asks for, from then on', () => {
    const bench = new Bench();
    bench.offer(1);
    bench.stream.applySettings(
      sampleSettings({ redundancy: { copiedPackets: 0, copyDelaysMs: [10], hedgedPackets: 2 } }),
    );
    bench.offer(3);
    bench.clock.advance(20);
    expect([0, 1, 2, 3].map((packet) => bench.of(packet).length)).toEqual([1, 2, 2, 1]);
    bench.stream.dispose();
  });
});

describe('ReceiverStream: what it knows of the link', () => {
  it('counts first attempts that arrived and that were lost, and leaves out what it cannot tell', () => {
    const bench = new Bench({ redundancy: { copiedPackets: 1, copyDelaysMs: [10] } });
    bench.offer(5);
    bench.clock.advance(rttMs);
    // 0 was copied; 2 is missing; 1, 3 and 4 are there.
    bench.report({ nextSequence: 2, bitmapLow: 0b11 });
    expect(bench.stream.counters).toMatchObject({ packetsJudged: 4, packetsLost: 1, acknowledgedBytes: 240 });
    bench.clock.advance(rttMs);
    bench.report({ nextSequence: 5 });
    expect(bench.stream.counters).toMatchObject({ packetsJudged: 4, packetsLost: 1, acknowledgedBytes: 300 });
    bench.stream.dispose();
  });
});

describe('ReceiverStream: probes', () => {
  it('repeats END until the receiver knows it, often at first, then at intervals of at most a second', () => {
    const bench = new Bench();
    bench.offer(2);
    bench.stream.end(sampleTotals);
    bench.clock.advance(rttMs);
    bench.report({ nextSequence: 2 });
    expect(bench.stream.isComplete).toBe(false);
    bench.clock.advance(10_000);
    const times = bench.sent.filter((sent) => sent.what === 'end').map((sent) => sent.atMs);
    const waits = times.slice(2).map((atMs, at) => atMs - times[at + 1]!);
    expect(waits.length).toBeGreaterThan(8);
    expect(waits.slice(1, 20).every((wait) => Math.abs(wait - frequentMs) < 1e-6)).toBe(true);
    for (const [at, wait] of waits.entries())
      expect(wait).toBeGreaterThanOrEqual(at === 0 ? 0 : waits[at - 1]!);
    expect(waits.at(-1)).toBeCloseTo(1000, 5);
    bench.report({ nextSequence: 2, isEndKnown: true });
    expect(bench.stream.isComplete).toBe(true);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('probes for a lost first packet', () => {
    const bench = new Bench();
    bench.offer(1);
    bench.clock.advance(2000);
    const times = bench.sent.map((sent) => sent.atMs);
    const { probeAfterMs } = bench.peer.rtt;
    expect(times.length).toBeGreaterThan(4);
    expect(times[1]).toBeCloseTo(probeAfterMs, 5);
    expect(times[2]! - times[1]!).toBeCloseTo(frequentMs, 5);
    expect(times[3]! - times[2]!).toBeCloseTo(frequentMs, 5);
    bench.report({ nextSequence: 1 });
    bench.clock.advance(5000);
    expect(bench.sent).toHaveLength(times.length);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('finds a link that is back while new packets go out all the time', () => {
    const bench = new Bench();
    bench.offer(1);
    for (let ms = 0; ms < 1000; ms += 50) {
      bench.clock.advance(50);
      bench.offer(1);
    }
    const gaps = bench.of(0).map((sent) => Number(sent.split('@')[1]));
    expect(gaps.length).toBeGreaterThan(5);
    bench.stream.dispose();
  });

  it('is not put off by packets that cannot be sent for want of credit', () => {
    const bench = new Bench({ window: { bandwidthDelayProducts: 1, initialPackets: 2 } });
    bench.offer(2, 1000);
    const before = bench.sent.length;
    for (let ms = 0; ms < 3000; ms += 20) {
      bench.offer(1, 1000);
      bench.clock.advance(20);
    }
    expect(before).toBe(2);
    expect(bench.sent.length).toBeGreaterThan(before);
    expect(new Set(bench.sent.slice(before).map((sent) => `${sent.kind} ${sent.what}`))).toEqual(
      new Set(['repeat 0']),
    );
    bench.stream.dispose();
  });

  it('holds no timer while it expects nothing', () => {
    const bench = new Bench();
    expect(bench.clock.pendingTimers).toBe(0);
    bench.offer(3);
    expect(bench.clock.pendingTimers).toBe(1);
    bench.report({ nextSequence: 3 });
    expect(bench.clock.pendingTimers).toBe(0);
  });
});

describe('ReceiverStream: connection and credit', () => {
  it('sends nothing while reconnecting, and everything in flight again afterwards', () => {
    const bench = new Bench({ redundancy: { copiedPackets: 2, copyDelaysMs: [30] } });
    bench.offer(3);
    bench.report({ nextSequence: 1 });
    bench.isOpen = false;
    bench.offer(2);
    bench.stream.end(sampleTotals);
    bench.clock.advance(5000);
    bench.report({ nextSequence: 1, bitmapLow: 0b1 });
    expect(bench.sent).toHaveLength(3);
    bench.isOpen = true;
    bench.stream.resume();
    expect(bench.sent.slice(3).map((sent) => `${sent.kind} ${sent.what}`)).toEqual([
      'repeat 1',
      'first 3',
      'first 4',
      'end end',
    ]);
    bench.stream.dispose();
  });

  it('repeats END on resuming, if that was on its way', () => {
    const bench = new Bench();
    bench.offer(1);
    bench.stream.end(sampleTotals);
    bench.report({ nextSequence: 1 });
    bench.stream.resume();
    expect(bench.of('end')).toHaveLength(2);
    bench.stream.dispose();
  });

  it('never has more in flight than the window allows, and gives everything back', () => {
    const script = fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 60 })), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        script,
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 0, max: 1000 }),
        (steps, packets, seed) => {
          const bench = new Bench({ window: { bandwidthDelayProducts: 1, initialPackets: packets } });
          const random = createSeededRandom(seed);
          const arrived = new Set<number>();
          const limitBytes = (): number => bench.peer.window(packets).bytes;
          for (const [bytes, waitMs] of steps) {
            const inFlightBefore = bench.peer.inFlightBytes;
            bench.offer(1, bytes);
            // One packet may always go, or a packet larger than the window would wait for ever.
            if (inFlightBefore > 0 && bench.peer.inFlightBytes > inFlightBefore)
              expect(bench.peer.inFlightBytes).toBeLessThanOrEqual(limitBytes());
            bench.clock.advance(waitMs);
            for (const sent of bench.sent)
              if (typeof sent.what === 'number' && random.next() < 0.3) arrived.add(sent.what);
            let next = 0;
            while (arrived.has(next)) next++;
            bench.report({
              nextSequence: next,
              owdVariationMs: random.next() * 200,
              deliveryRateBytesPerSecond: 6400,
            });
          }
          expect(bench.peer.inFlightBytes).toBeGreaterThanOrEqual(0);
          bench.stream.dispose();
          expect(bench.peer.inFlightBytes).toBe(0);
          expect(bench.clock.pendingTimers).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('ReceiverStream: reports', () => {
  it('refuses reports on packets that were never sent, and changes nothing', () => {
    const bench = new Bench();
    bench.offer(2);
    const inFlight = bench.peer.inFlightBytes;
    expect(bench.report({ nextSequence: 3 })).toBe(false);
    expect(bench.report({ nextSequence: 0, bitmapLow: 0b10 })).toBe(false);
    expect(bench.report({ nextSequence: 0, bitmapHigh: 1 })).toBe(false);
    expect(bench.report({ nextSequence: 0xffff })).toBe(false);
    expect([bench.stream.lastReport, bench.peer.inFlightBytes, bench.sent.length]).toEqual([
      undefined,
      inFlight,
      2,
    ]);
    expect(bench.report({ nextSequence: 2 })).toBe(true);
    expect(bench.peer.inFlightBytes).toBe(0);
  });

  it('counts a packet once, however often it is acknowledged', () => {
    const bench = new Bench();
    bench.offer(3);
    bench.report({ nextSequence: 0, bitmapLow: 0b1 });
    bench.report({ nextSequence: 0, bitmapLow: 0b1 });
    bench.report({ nextSequence: 2 });
    bench.report({ nextSequence: 1 });
    expect(bench.stream.acknowledgedFrames).toBe(2);
  });

  it('keeps the latest state of playout when an older report arrives late', () => {
    const bench = new Bench();
    bench.offer(2);
    bench.stream.end(sampleTotals);
    bench.report({ nextSequence: 2, isEndKnown: true, playout: 'finished', playheadFrame: 2 });
    bench.report({ nextSequence: 2, isEndKnown: true, playout: 'playing', playheadFrame: 1 });
    expect(bench.stream.lastReport?.report).toMatchObject({ playout: 'finished', playheadFrame: 2 });
  });

  it('goes on beyond 65536 packets', () => {
    const bench = new Bench();
    for (let round = 0; round < 70; round++) {
      bench.offer(1000, 1);
      // The window is small, so that the packets go out as they are acknowledged.
      for (let sub = 0; sub < 20 && bench.peer.inFlightBytes > 0; sub++)
        bench.report({ nextSequence: bench.sent.length & 0xffff });
    }
    bench.stream.end(sampleTotals);
    bench.report({ nextSequence: 70_000 & 0xffff, isEndKnown: true });
    expect([bench.stream.acknowledgedFrames, bench.stream.isComplete]).toEqual([70_000, true]);
    expect(bench.stream.counters.packetsRetransmitted).toBe(0);
  });

  it('tells how long an answer has been owed', () => {
    const bench = new Bench();
    bench.clock.advance(500);
    expect(bench.stream.unackedForMs(bench.clock.nowMs())).toBe(0);
    bench.offer(2);
    bench.clock.advance(300);
    bench.report({ nextSequence: 1 });
    bench.clock.advance(200);
    bench.report({ nextSequence: 1 });
    expect(bench.stream.unackedForMs(bench.clock.nowMs())).toBe(200);
    bench.report({ nextSequence: 2 });
    expect(bench.stream.unackedForMs(bench.clock.nowMs())).toBe(0);
    bench.stream.dispose();
  });
});

describe('ReceiverStream: a receiver that denies what it acknowledged', () => {
  it('is not taken for complete, unless that was only an old report', () => {
    const bench = new Bench();
    bench.offer(3);
    bench.stream.end(sampleTotals);
    bench.report({ nextSequence: 3 });
    bench.report({ nextSequence: 1, isEndKnown: true });
    bench.clock.advance(100);
    expect([bench.stream.isComplete, bench.stream.contradictedMs(bench.clock.nowMs())]).toEqual([false, 100]);
    bench.report({ nextSequence: 3, isEndKnown: true });
    expect([bench.stream.isComplete, bench.stream.contradictedMs(bench.clock.nowMs())]).toEqual([true, 0]);
  });
});
