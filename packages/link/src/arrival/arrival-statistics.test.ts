import { type AudioPacket, audioFlag } from '@eloquence/wire';
import { createSeededRandom } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { ArrivalStatistics } from './arrival-statistics.js';
import { DelayVariation } from './delay-variation.js';
import { DeliveryRate } from './delivery-rate.js';

function packet(flags = 0, utteranceSequence = 1): AudioPacket {
  return {
    type: 'audio',
    flags,
    channel: 0,
    formatIndex: 0,
    utteranceSequence,
    sequence: 0,
    firstFrame: 0,
    sendTimeMs: 0,
    payloads: [new Uint8Array(10)],
  };
}

describe('DelayVariation', () => {
  it('forgets what the first packets of a cold stream took, once there are enough others', () => {
    const delay = new DelayVariation();
    const cold = [0, 60, 45, 30, 0, 25, 0, 40, 0, 35];
    for (let at = 0; at < 29; at++) delay.add(60 * at, 60 * at + 20 + (cold[at] ?? at % 4));
    expect(delay.pdvP95Ms()).toBeGreaterThan(40);
    delay.add(60 * 29, 60 * 29 + 21);
    expect(delay.pdvP95Ms()).toBe(3);
    // What is slow later counts, and is forgotten only with the window.
    for (let at = 30; at < 40; at++) delay.add(60 * at, 60 * at + 20 + 50);
    expect(delay.pdvP95Ms()).toBe(50);
  });

  it('measures above the fastest packet, across the wrap of the send time and an unknown offset', () => {
    const delay = new DelayVariation();
    const extra = [5, 0, 12, 3, 0, 40];
    for (const [at, extraMs] of extra.entries()) {
      const sentMs = 65_500 + at * 20;
      delay.add(sentMs & 0xffff, 9_000_000 + sentMs + extraMs);
    }
    expect(delay.lastMs).toBe(40);
    expect(delay.pdvP95Ms()).toBe(40);
  });

  it('keeps the count over a pause that is longer than the send time can tell', () => {
    const delay = new DelayVariation();
    delay.add(100, 1100);
    delay.add((100 + 100_000) & 0xffff, 101_100 + 7);
    // The fastest packet is out of the window by then.
    expect(delay.lastMs).toBe(0);
    delay.add((100 + 100_020) & 0xffff, 101_120);
    expect(delay.lastMs).toBe(0);
    delay.add((100 + 100_040) & 0xffff, 101_140 + 7);
    expect(delay.lastMs).toBe(7);
  });

  it('forgets a fast packet after 30 s, so that clock drift does not add up', () => {
    const delay = new DelayVariation();
    for (let second = 0; second < 600; second++) delay.add((second * 1000) & 0xffff, second * 1000 * 1.0001);
    expect(delay.lastMs).toBeLessThan(4);
  });
});

describe('DeliveryRate', () => {
  it('says nothing from one packet', () => {
    const rate = new DeliveryRate();
    rate.add(500, 0);
    expect(rate.bytesPerSecond(10)).toBe(0);
  });

  it('finds the rate of a steady flow, and of a burst', () => {
    const steady = new DeliveryRate();
    for (let at = 0; at <= 2000; at += 20) steady.add(60, at);
    expect(steady.bytesPerSecond(2000)).toBeCloseTo(3000, -2);
    const burst = new DeliveryRate();
    for (let at = 0; at <= 50; at += 0.5) burst.add(1000, at);
    expect(burst.bytesPerSecond(50)).toBeCloseTo(2_000_000, -4);
  });

  it('forgets after half a second', () => {
    const rate = new DeliveryRate();
    for (let at = 0; at <= 100; at += 10) rate.add(100, at);
    expect(rate.bytesPerSecond(1000)).toBe(0);
  });
});

describe('loss', () => {
  it('counts packets that were overtaken, and whose repeat or copy came', () => {
    const statistics = new ArrivalStatistics();
    const order: readonly [number, number][] = [
      [0, 0],
      [3, 0],
      [1, audioFlag.repeat],
      [2, audioFlag.repeat],
      [4, audioFlag.copy],
      [5, 0],
      [6, 0],
      [7, 0],
    ];
    for (const [position, flags] of order)
      statistics.addPacket(packet(flags), { position, payloadBytes: 10, audioMs: 20 }, 0);
    const { lossPercent, lossBurstLength } = statistics.snapshot(0);
    expect(lossPercent).toBeCloseTo((100 * 3) / 8);
    expect(lossBurstLength).toBeCloseTo(1.5);
  });

  it('takes back what was only overtaken', () => {
    const statistics = new ArrivalStatistics();
    for (const position of [0, 2, 1, 3])
      statistics.addPacket(packet(), { position, payloadBytes: 10, audioMs: 20 }, 0);
    expect(statistics.snapshot(0).lossPercent).toBe(0);
  });

  it('goes on over utterances, and follows the last 128 packets', () => {
    const statistics = new ArrivalStatistics();
    const random = createSeededRandom(3);
    for (let utteranceSequence = 1; utteranceSequence <= 20; utteranceSequence++) {
      statistics.addPacket(packet(0, utteranceSequence), { position: 0, payloadBytes: 10, audioMs: 20 }, 0);
      for (let position = 1; position < 50; position++) {
        if (position === 49 || random.next() >= 0.2)
          statistics.addPacket(packet(0, utteranceSequence), { position, payloadBytes: 10, audioMs: 20 }, 0);
      }
    }
    expect(statistics.snapshot(0).lossPercent).toBeGreaterThan(8);
    expect(statistics.snapshot(0).lossPercent).toBeLessThan(32);
    for (let position = 50; position < 250; position++)
      statistics.addPacket(packet(0, 20), { position, payloadBytes: 10, audioMs: 20 }, 0);
    expect(statistics.snapshot(0).lossPercent).toBe(0);
  });
});
