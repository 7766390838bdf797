import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketLog, packetWindow } from './packet-log.js';

describe('PacketLog', () => {
  it('agrees with a plain set, whatever the order', () => {
    const positions = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 400 });
    fc.assert(
      fc.property(positions, (arrivals) => {
        const log = new PacketLog();
        const seen = new Set<number>();
        let highest = -1;
        for (const position of arrivals) {
          expect(log.judge(position)).toBe(seen.has(position) ? 'duplicate' : 'new');
          const skipped = log.record(position);
          expect(skipped).toBe(seen.has(position) ? 0 : Math.max(0, position - highest - 1));
          seen.add(position);
          highest = Math.max(highest, position);
          let next = 0;
          while (seen.has(next)) next++;
          expect(log.next).toBe(next);
          expect(log.hasGap).toBe(highest >= next);
          const { low, high } = log.bitmap();
          for (let bit = 0; bit < 64; bit++) {
            const word = bit < 32 ? low : high;
            expect(((word >>> (bit & 31)) & 1) === 1).toBe(seen.has(next + 1 + bit));
          }
        }
      }),
    );
  });

  it('counts past the 16 bits of the wire', () => {
    const log = new PacketLog();
    for (let position = 0; position < 200_000; position++) log.record(log.unwrap(position & 0xffff));
    expect(log.next).toBe(200_000);
    expect(log.judge(log.unwrap(199_999 & 0xffff))).toBe('duplicate');
    expect(log.learnCount(200_001 & 0xffff)).toBe(true);
    expect(log.count).toBe(200_001);
  });

  it('refuses what is far ahead, before the start or behind the end', () => {
    const log = new PacketLog();
    expect(log.judge(packetWindow)).toBe('refused');
    expect(log.judge(packetWindow - 1)).toBe('new');
    expect(log.judge(log.unwrap(65_535))).toBe('refused');
    expect(log.learnCount(3)).toBe(true);
    expect(log.judge(3)).toBe('refused');
    expect(log.judge(2)).toBe('new');
  });

  it('refuses a count that contradicts what arrived, or the first one', () => {
    const log = new PacketLog();
    log.record(5);
    expect(log.learnCount(5)).toBe(false);
    expect(log.learnCount(6)).toBe(true);
    expect(log.learnCount(6)).toBe(true);
    expect(log.learnCount(7)).toBe(false);
  });

  it('counts a missing tail as a gap once the end is known', () => {
    const log = new PacketLog();
    log.record(0);
    expect(log.hasGap).toBe(false);
    log.learnCount(2);
    expect(log.hasGap).toBe(true);
    log.record(1);
    expect(log.hasGap).toBe(false);
  });
});
