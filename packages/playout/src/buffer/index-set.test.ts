import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IndexSet } from './index-set.js';

describe('IndexSet', () => {
  it('holds what was added, in any order', () => {
    const indices = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 });
    fc.assert(
      fc.property(
        indices,
        fc.integer({ min: 0, max: 420 }),
        fc.integer({ min: 0, max: 420 }),
        (added, from, to) => {
          const set = new IndexSet();
          const known = new Set<number>();
          for (const index of added) {
            expect(set.add(index)).toBe(!known.has(index));
            known.add(index);
          }
          expect(set.size).toBe(known.size);
          for (let index = 0; index <= 420; index++) expect(set.has(index)).toBe(known.has(index));
          const inRange = [...known].filter((index) => index >= from && index < to);
          expect(set.firstIn(from, to)).toBe(Math.min(to, ...inRange));
        },
      ),
    );
  });

  it('takes no room below its least member, nor time to look through it', () => {
    const before = process.memoryUsage().arrayBuffers;
    const sets = Array.from({ length: 256 }, (_, at) => {
      const set = new IndexSet();
      for (let index = 0xffff00; index < 0xffff10; index++) set.add(index + at);
      return set;
    });
    // Counted from 0, these would be 512 MB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
    let steps = 0;
    const has = IndexSet.prototype.has;
    for (const set of sets) {
      set.has = (index) => (steps++, has.call(set, index));
      expect(set.firstIn(0, 0xffffff)).toBe(0xffff00 + sets.indexOf(set));
    }
    expect(steps).toBeLessThan(256 * 300);
  });
});
