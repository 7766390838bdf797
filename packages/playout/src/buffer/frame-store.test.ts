import { describe, expect, it } from 'vitest';
import { testHeader } from '../testing/speaker.js';
import { BufferBudget } from './buffer-budget.js';
import { FormatTable } from './format-table.js';
import { FrameStore } from './frame-store.js';

function createStore(
  durationMs = 1000,
  bytes = 100_000,
): { store: FrameStore; formats: FormatTable; budget: BufferBudget } {
  const formats = new FormatTable();
  const budget = new BufferBudget({ durationMs, bytes });
  return { store: new FrameStore(formats, budget), formats, budget };
}

const payload = new Uint8Array(10);

describe('FrameStore', () => {
  it('adds up durations over a change of format', () => {
    const { store, formats } = createStore();
    formats.learn(0, testHeader, 0);
    store.insert(0, payload, 0, 0);
    store.insert(1, payload, 1, 0);
    store.insert(2, payload, 1, 0);
    expect(store.contiguousMs).toBe(20);
    expect(store.nextMissing).toBe(3);
    formats.learn(1, { ...testHeader, frameMs: 60 }, 1);
    store.advance();
    expect(store.contiguousMs).toBe(140);
    expect(store.take()?.header.frameMs).toBe(20);
    expect(store.take()?.header.frameMs).toBe(60);
    expect(store.contiguousMs).toBe(60);
  });

  it('keeps the first of two frames with one index', () => {
    const { store, formats } = createStore();
    formats.learn(0, testHeader, 0);
    expect(store.insert(0, Uint8Array.of(1), 0, 0)).toBe(true);
    expect(store.insert(0, Uint8Array.of(2), 0, 0)).toBe(false);
    expect(store.take()?.payload).toEqual(Uint8Array.of(1));
    expect(store.insert(0, Uint8Array.of(3), 0, 0)).toBe(false);
  });

  it('returns to an empty account', () => {
    const { store, formats, budget } = createStore();
    store.insert(0, payload, 0, 40);
    formats.learn(0, testHeader, 0);
    store.advance();
    store.insert(1, payload, 0, 40);
    store.insert(5, payload, 3, 40);
    store.take();
    expect(budget.bytes).toBeGreaterThan(0);
    store.clear();
    expect(budget.bytes).toBe(0);
    expect(budget.durationMs).toBe(0);
    expect(store.contiguousMs).toBe(0);
  });

  it('has no room beyond its duration, except for what playout is waiting for', () => {
    const { store, formats } = createStore(1000);
    formats.learn(0, testHeader, 0);
    for (let index = 1; index <= 50; index++) store.insert(index, payload, 0, 0);
    const extent = { firstFrame: 51, frameCount: 1, formatIndex: 0 };
    expect(store.hasRoomFor(extent, 20, true)).toBe(false);
    expect(store.hasRoomFor({ ...extent, firstFrame: 0 }, 20, false)).toBe(false);
    expect(store.hasRoomFor({ ...extent, firstFrame: 0 }, 20, true)).toBe(true);
    store.insert(0, payload, 0, 0);
    expect(store.hasRoomFor(extent, 20, true)).toBe(false);
  });

  it('has no room beyond its bytes, which count whole packet buffers', () => {
    const { store } = createStore(1000, 10_000);
    let taken = 0;
    while (store.hasRoomFor({ firstFrame: taken * 2, frameCount: 1, formatIndex: 0 }, 1000, false)) {
      store.insert(taken * 2, payload, 0, 1000);
      taken++;
      expect(taken).toBeLessThan(10);
    }
    expect(taken).toBeGreaterThan(5);
  });

  it('refuses absurd frame numbers', () => {
    const { store } = createStore(1000);
    expect(store.hasRoomFor({ firstFrame: 0xfffff0, frameCount: 1, formatIndex: 0 }, 20, true)).toBe(false);
  });
});
