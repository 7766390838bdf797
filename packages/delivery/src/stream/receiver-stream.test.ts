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
import { AwakeClock } from '../receivers/awake-clock.js';
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

class Harness {
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
    for (let count = 0; count < 40; count++) this.peer.rtt.add(rttMs, 0);
    this.#settings = sampleSettings(settings);
    this.stream = new ReceiverStream({
      peer: this.peer,
      settings: this.#settings,
      clock: this.clock,
      awake: new AwakeClock(this.clock),
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
    const isRetransmission = (packet.flags & audioFlag.repeat) !== 0;
    const kind = isRetransmission ? 'repeat' : (packet.flags & audioFlag.copy) !== 0 ? 'copy' : 'first';
    expect(packet.sendTimeMs).toBe(Math.round(this.clock.nowMs()) & 0xffff);
    this.sent.push({ atMs: this.#elapsedMs, what: packet.sequence, kind });
  }
}

describe('ReceiverStream: repeats', () => {
  it('repeats at once at a gap, and not again before 1.2 RTT + 15 ms', () => {
    const harness = new Harness();
    harness.offer(4);
    harness.clock.advance(rttMs);
    const gap = { nextSequence: 1, bitmapLow: 0b11 };
    harness.report(gap);
    expect(harness.of(1)).toEqual(['first@0', 'repeat@40']);
    for (let ms = 0; ms < repeatAfterMs - 3; ms += 10) {
      harness.clock.advance(10);
      harness.report(gap);
    }
    expect(harness.of(1)).toHaveLength(2);
    harness.clock.advance(4);
    harness.report(gap);
    expect(harness.of(1)).toHaveLength(3);
    expect([harness.of(0), harness.of(2), harness.of(3)].map((sent) => sent.length)).toEqual([1, 1, 1]);
  });

  it('waits with the first repeat where an experiment says so', () => {
    const harness = new Harness({}, true, { firstRetransmitRtts: 1.5 });
    harness.offer(4);
    harness.clock.advance(rttMs);
    const gap = { nextSequence: 1, bitmapLow: 0b11 };
    harness.report(gap);
    expect(harness.of(1)).toEqual(['first@0']);
    harness.clock.advance(rttMs / 2);
    harness.report(gap);
    expect(harness.of(1)).toEqual(['first@0', 'repeat@60']);
  });

  it('repeats nothing beyond the highest packet that arrived, until END is known', () => {
    const harness = new Harness();
    harness.offer(4);
    harness.stream.end(sampleTotals);
    harness.clock.advance(rttMs);
    harness.report({ nextSequence: 1, bitmapLow: 0b1 });
    expect([harness.of(1).length, harness.of(3).length]).toEqual([2, 1]);
    harness.report({ nextSequence: 1, bitmapLow: 0b1, isEndKnown: true });
    expect([harness.of(1).length, harness.of(3).length]).toEqual([2, 2]);
    harness.stream.dispose();
  });

  it('neither copies, repeats nor probes over a reliable channel', () => {
    const harness = new Harness(
      { redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [30] } },
      false,
    );
    harness.offer(4);
    harness.stream.end(sampleTotals);
    expect(harness.clock.pendingTimers).toBe(0);
    harness.report({ nextSequence: 1, bitmapLow: 0b1, isEndKnown: true });
    expect(harness.sent.map((sent) => sent.kind)).toEqual(['first', 'first', 'first', 'first', 'end']);
  });
});

describe('ReceiverStream: copies', () => {
  const redundancy = { redundantFirstPackets: 2, redundancyDelaysMs: [10, 60] };

  it('sends copies of the first packets at their delays', () => {
    const harness = new Harness({ redundancy });
    harness.offer(3);
    harness.clock.advance(62);
    expect(harness.of(0)).toEqual(['first@0', 'copy@10', 'copy@60']);
    expect(harness.of(1)).toEqual(['first@0', 'copy@10', 'copy@60']);
    expect(harness.of(2)).toEqual(['first@0']);
    expect(harness.stream.counters).toMatchObject({
      packetsSent: 7,
      redundantPackets: 4,
      packetsRetransmitted: 0,
    });
    harness.stream.dispose();
  });

  it('leaves out copies of what has been acknowledged', () => {
    const harness = new Harness({ redundancy });
    harness.offer(2);
    harness.clock.advance(rttMs);
    harness.report({ nextSequence: 1 });
    harness.clock.advance(30);
    expect([harness.of(0).length, harness.of(1).length]).toEqual([2, 3]);
    harness.stream.dispose();
  });

  it('copies as many packets as protection asks for, from then on', () => {
    const harness = new Harness();
    harness.offer(1);
    harness.stream.applySettings(
      sampleSettings({
        redundancy: { redundantFirstPackets: 0, redundancyDelaysMs: [10], redundantNextPackets: 2 },
      }),
    );
    harness.offer(3);
    harness.clock.advance(20);
    expect([0, 1, 2, 3].map((packet) => harness.of(packet).length)).toEqual([1, 2, 2, 1]);
    harness.stream.dispose();
  });
});

describe('ReceiverStream: what it knows of the link', () => {
  it('counts first attempts that arrived and that were lost, and leaves out what it cannot tell', () => {
    const harness = new Harness({ redundancy: { redundantFirstPackets: 1, redundancyDelaysMs: [10] } });
    harness.offer(5);
    harness.clock.advance(rttMs);
    // 0 was copied; 2 is missing; 1, 3 and 4 are there.
    harness.report({ nextSequence: 2, bitmapLow: 0b11 });
    expect(harness.stream.counters).toMatchObject({
      packetsResolved: 4,
      packetsLost: 1,
      acknowledgedBytes: 240,
    });
    harness.clock.advance(rttMs);
    harness.report({ nextSequence: 5 });
    expect(harness.stream.counters).toMatchObject({
      packetsResolved: 4,
      packetsLost: 1,
      acknowledgedBytes: 300,
    });
    harness.stream.dispose();
  });
});

describe('ReceiverStream: probes', () => {
  it('repeats END until the receiver knows it, often at first, then at intervals of at most a second', () => {
    const harness = new Harness();
    harness.offer(2);
    harness.stream.end(sampleTotals);
    harness.clock.advance(rttMs);
    harness.report({ nextSequence: 2 });
    expect(harness.stream.isComplete).toBe(false);
    harness.clock.advance(10_000);
    const times = harness.sent.filter((sent) => sent.what === 'end').map((sent) => sent.atMs);
    const waits = times.slice(2).map((atMs, at) => atMs - times[at + 1]!);
    expect(waits.length).toBeGreaterThan(8);
    expect(waits.slice(1, 20).every((wait) => Math.abs(wait - frequentMs) < 1e-6)).toBe(true);
    for (const [at, wait] of waits.entries())
      expect(wait).toBeGreaterThanOrEqual(at === 0 ? 0 : waits[at - 1]!);
    expect(waits.at(-1)).toBeCloseTo(1000, 5);
    harness.report({ nextSequence: 2, isEndKnown: true });
    expect(harness.stream.isComplete).toBe(true);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('probes for a lost first packet', () => {
    const harness = new Harness();
    harness.offer(1);
    harness.clock.advance(2000);
    const times = harness.sent.map((sent) => sent.atMs);
    const { probeAfterMs } = harness.peer.rtt;
    expect(times.length).toBeGreaterThan(4);
    expect(times[1]).toBeCloseTo(probeAfterMs, 5);
    expect(times[2]! - times[1]!).toBeCloseTo(frequentMs, 5);
    expect(times[3]! - times[2]!).toBeCloseTo(frequentMs, 5);
    harness.report({ nextSequence: 1 });
    harness.clock.advance(5000);
    expect(harness.sent).toHaveLength(times.length);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('finds a link that is back while new packets go out all the time', () => {
    const harness = new Harness();
    harness.offer(1);
    for (let ms = 0; ms < 1000; ms += 50) {
      harness.clock.advance(50);
      harness.offer(1);
    }
    const gaps = harness.of(0).map((sent) => Number(sent.split('@')[1]));
    expect(gaps.length).toBeGreaterThan(5);
    harness.stream.dispose();
  });

  it('is not put off by packets that cannot be sent for want of credit', () => {
    const harness = new Harness({ window: { cwndGain: 1, initialPackets: 2 } });
    harness.offer(2, 1000);
    const before = harness.sent.length;
    for (let ms = 0; ms < 3000; ms += 20) {
      harness.offer(1, 1000);
      harness.clock.advance(20);
    }
    expect(before).toBe(2);
    expect(harness.sent.length).toBeGreaterThan(before);
    expect(new Set(harness.sent.slice(before).map((sent) => `${sent.kind} ${sent.what}`))).toEqual(
      new Set(['repeat 0']),
    );
    harness.stream.dispose();
  });

  it('holds no timer while it expects nothing', () => {
    const harness = new Harness();
    expect(harness.clock.pendingTimers).toBe(0);
    harness.offer(3);
    expect(harness.clock.pendingTimers).toBe(1);
    harness.report({ nextSequence: 3 });
    expect(harness.clock.pendingTimers).toBe(0);
  });
});

describe('ReceiverStream: connection and credit', () => {
  it('sends nothing while reconnecting, and everything in flight again afterwards', () => {
    const harness = new Harness({ redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [30] } });
    harness.offer(3);
    harness.report({ nextSequence: 1 });
    harness.isOpen = false;
    harness.offer(2);
    harness.stream.end(sampleTotals);
    harness.clock.advance(5000);
    harness.report({ nextSequence: 1, bitmapLow: 0b1 });
    expect(harness.sent).toHaveLength(3);
    harness.isOpen = true;
    harness.stream.resume();
    expect(harness.sent.slice(3).map((sent) => `${sent.kind} ${sent.what}`)).toEqual([
      'repeat 1',
      'first 3',
      'first 4',
      'end end',
    ]);
    harness.stream.dispose();
  });

  it('repeats END on resuming, if that was on its way', () => {
    const harness = new Harness();
    harness.offer(1);
    harness.stream.end(sampleTotals);
    harness.report({ nextSequence: 1 });
    harness.stream.resume();
    expect(harness.of('end')).toHaveLength(2);
    harness.stream.dispose();
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
          const harness = new Harness({ window: { cwndGain: 1, initialPackets: packets } });
          const random = createSeededRandom(seed);
          const arrived = new Set<number>();
          const limitBytes = (): number => harness.peer.window(packets).bytes;
          for (const [bytes, waitMs] of steps) {
            const inFlightBefore = harness.peer.inFlightBytes;
            harness.offer(1, bytes);
            // One packet may always go, or a packet larger than the window would wait for ever.
            if (inFlightBefore > 0 && harness.peer.inFlightBytes > inFlightBefore)
              expect(harness.peer.inFlightBytes).toBeLessThanOrEqual(limitBytes());
            harness.clock.advance(waitMs);
            for (const sent of harness.sent)
              if (typeof sent.what === 'number' && random.next() < 0.3) arrived.add(sent.what);
            let next = 0;
            while (arrived.has(next)) next++;
            harness.report({
              nextSequence: next,
              owdVariationMs: random.next() * 200,
              deliveryRateBytesPerSecond: 6400,
            });
          }
          expect(harness.peer.inFlightBytes).toBeGreaterThanOrEqual(0);
          harness.stream.dispose();
          expect(harness.peer.inFlightBytes).toBe(0);
          expect(harness.clock.pendingTimers).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('ReceiverStream: reports', () => {
  it('refuses reports on packets that were never sent, and changes nothing', () => {
    const harness = new Harness();
    harness.offer(2);
    const inFlight = harness.peer.inFlightBytes;
    expect(harness.report({ nextSequence: 3 })).toBe(false);
    expect(harness.report({ nextSequence: 0, bitmapLow: 0b10 })).toBe(false);
    expect(harness.report({ nextSequence: 0, bitmapHigh: 1 })).toBe(false);
    expect(harness.report({ nextSequence: 0xffff })).toBe(false);
    expect([harness.stream.lastReport, harness.peer.inFlightBytes, harness.sent.length]).toEqual([
      undefined,
      inFlight,
      2,
    ]);
    expect(harness.report({ nextSequence: 2 })).toBe(true);
    expect(harness.peer.inFlightBytes).toBe(0);
  });

  it('counts a packet once, however often it is acknowledged', () => {
    const harness = new Harness();
    harness.offer(3);
    harness.report({ nextSequence: 0, bitmapLow: 0b1 });
    harness.report({ nextSequence: 0, bitmapLow: 0b1 });
    harness.report({ nextSequence: 2 });
    harness.report({ nextSequence: 1 });
    expect(harness.stream.progress.frames).toBe(2);
  });

  it('keeps the latest state of playout when an older report arrives late', () => {
    const harness = new Harness();
    harness.offer(2);
    harness.stream.end(sampleTotals);
    harness.report({ nextSequence: 2, isEndKnown: true, playout: 'finished', playheadFrame: 2 });
    harness.report({ nextSequence: 2, isEndKnown: true, playout: 'playing', playheadFrame: 1 });
    expect(harness.stream.lastReport?.report).toMatchObject({ playout: 'finished', playheadFrame: 2 });
  });

  it('goes on beyond 65536 packets', () => {
    const harness = new Harness();
    for (let round = 0; round < 70; round++) {
      harness.offer(1000, 1);
      // The window is small, so that the packets go out as they are acknowledged.
      for (let sub = 0; sub < 20 && harness.peer.inFlightBytes > 0; sub++)
        harness.report({ nextSequence: harness.sent.length & 0xffff });
    }
    harness.stream.end(sampleTotals);
    harness.report({ nextSequence: 70_000 & 0xffff, isEndKnown: true });
    expect([harness.stream.progress.frames, harness.stream.isComplete]).toEqual([70_000, true]);
    expect(harness.stream.counters.packetsRetransmitted).toBe(0);
  });

  it('tells how long an answer has been owed', () => {
    const harness = new Harness();
    harness.clock.advance(500);
    expect(harness.stream.unackedForMs).toBe(0);
    harness.offer(2);
    harness.clock.advance(300);
    harness.report({ nextSequence: 1 });
    harness.clock.advance(200);
    harness.report({ nextSequence: 1 });
    expect(harness.stream.unackedForMs).toBe(200);
    harness.report({ nextSequence: 2 });
    expect(harness.stream.unackedForMs).toBe(0);
    harness.stream.dispose();
  });
});

describe('ReceiverStream: a receiver that denies what it acknowledged', () => {
  it('is not taken for complete, unless that was only an old report', () => {
    const harness = new Harness();
    harness.offer(3);
    harness.stream.end(sampleTotals);
    harness.report({ nextSequence: 3 });
    harness.report({ nextSequence: 1, isEndKnown: true });
    harness.clock.advance(100);
    expect([harness.stream.isComplete, harness.stream.unackedForMs]).toEqual([false, 100]);
    harness.report({ nextSequence: 3, isEndKnown: true });
    expect([harness.stream.isComplete, harness.stream.unackedForMs]).toEqual([true, 0]);
  });
});
