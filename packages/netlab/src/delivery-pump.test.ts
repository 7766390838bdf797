import { VirtualClock } from '@eloquence/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeliveryPump, FifoQueue } from './delivery-pump.js';

describe('DeliveryPump', () => {
  it('delivers in order, each item when it is due, with one timer', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 }), { maxLength: 200 }), (gaps) => {
        const clock = new VirtualClock();
        const out: { item: number; lateMs: number }[] = [];
        let dueMs = 0;
        const dues = gaps.map((gap) => (dueMs += gap / 8));
        const pump = new DeliveryPump<number>({
          clock,
          toleranceMs: 0,
          deliver: (item) => out.push({ item, lateMs: clock.nowMs() - (dues[item] ?? 0) }),
        });
        dues.forEach((due, item) => {
          pump.push(due, 10, item);
          expect(clock.pendingTimers).toBeLessThanOrEqual(1);
        });
        clock.advance(dueMs + 1);
        expect(out.map(({ item }) => item)).toEqual(dues.map((_, index) => index));
        for (const { lateMs } of out) expect(Math.abs(lateMs)).toBeLessThan(1e-6);
        expect(pump.queuedItems + pump.queuedBytes).toBe(0);
      }),
    );
  });

  it('is early by no more than the tolerance', () => {
    const clock = new VirtualClock();
    const out: number[] = [];
    const pump = new DeliveryPump<number>({ clock, deliver: (item) => out.push(item) });
    pump.push(0.5, 1, 1);
    pump.push(0.6, 1, 2);
    expect(out).toEqual([1]);
    clock.advance(0.6);
    expect(out).toEqual([1, 2]);
  });

  it('keeps the order when delivering causes another item', () => {
    const clock = new VirtualClock();
    const out: number[] = [];
    const pump: DeliveryPump<number> = new DeliveryPump({
      clock,
      deliver: (item) => {
        out.push(item);
        if (item === 1) pump.push(5, 1, 3);
      },
    });
    pump.push(5, 1, 1);
    pump.push(5, 1, 2);
    clock.advance(5);
    expect(out).toEqual([1, 2, 3]);
  });

  it('is bounded in items and in bytes, and counts what it refuses', () => {
    const clock = new VirtualClock();
    const pump = new DeliveryPump<number>({ clock, deliver: () => undefined, maxItems: 3, maxBytes: 100 });
    expect([1, 2, 3, 4].map((item) => pump.push(10, 10, item))).toEqual([true, true, true, false]);
    clock.advance(10);
    expect(pump.push(20, 101, 5)).toBe(false);
    expect(pump.push(20, 100, 6)).toBe(true);
    expect(pump.push(20, 1, 7)).toBe(false);
    expect(pump.overflows).toBe(3);
  });

  it('leaves no timer behind', () => {
    const clock = new VirtualClock();
    let delivered = 0;
    const pump = new DeliveryPump<number>({ clock, deliver: () => delivered++ });
    pump.push(10, 1, 1);
    pump.dispose();
    expect(clock.pendingTimers).toBe(0);
    clock.advance(20);
    expect(delivered).toBe(0);
  });
});

describe('FifoQueue', () => {
  it('behaves like an array under any pushes and shifts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1_500, max: 3_000 }), { maxLength: 12 }), (runs) => {
        const queue = new FifoQueue<number>();
        const model: number[] = [];
        let next = 0;
        for (const run of runs) {
          for (let index = 0; index < run; index++, next++) {
            queue.push(next);
            model.push(next);
          }
          for (let index = run; index < 0; index++) expect(queue.shift()).toBe(model.shift());
          expect(queue.length).toBe(model.length);
          expect(queue.peek()).toBe(model[0]);
        }
      }),
      { numRuns: 30 },
    );
  });
});
