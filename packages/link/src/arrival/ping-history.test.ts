import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PingHistory } from './ping-history.js';

describe('PingHistory', () => {
  it('tells of each of the 32 pings before one whether it had arrived, whatever the order', () => {
    const moves = fc.array(fc.integer({ min: -32, max: 40 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.nat(0xffff), moves, (start, offsets) => {
        const history = new PingHistory();
        const arrived = new Set<number>();
        let highest = start + 0x10000;
        for (const [at, offset] of offsets.entries()) {
          const position = at === 0 ? highest : highest + offset;
          const told = history.note(position & 0xffff);
          arrived.add(position);
          highest = Math.max(highest, position);
          for (let bit = 0; bit < 32; bit++) {
            const before = position - 1 - bit;
            const isKept = before >= highest - 32;
            expect((told >>> bit) & 1, `bit ${bit} of ping ${at}`).toBe(
              isKept && arrived.has(before) ? 1 : 0,
            );
          }
        }
      }),
    );
  });

  it('begins anew with a sender that counts anew', () => {
    const history = new PingHistory();
    history.note(500);
    expect([history.note(7), history.note(8), history.note(10)]).toEqual([0, 1, 0b110]);
  });
});
