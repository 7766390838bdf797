import type { BatchState } from '@eloquence/plugin-api';
import { describeBatcher } from '@eloquence/plugin-contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlineBatcher } from './deadline-batcher.js';

const batcher = new DeadlineBatcher();

function state(overrides: Partial<BatchState> = {}): BatchState {
  return {
    frameCount: 2,
    payloadBytes: 120,
    durationMs: 40,
    oldestWaitMs: 10,
    batchesSent: 3,
    bufferAheadMs: 1000,
    endsPhrase: false,
    nextFrameBytes: 60,
    maxPayloadBytes: 1086,
    settings: { firstMs: 60, maxMs: 340 },
    ...overrides,
  };
}

/** `count` frames of 20 ms and 60 bytes. */
function frames(count: number, overrides: Partial<BatchState> = {}): BatchState {
  return state({ frameCount: count, durationMs: count * 20, payloadBytes: count * 60, ...overrides });
}

/** Number of frames with which a batch leaves when they come `intervalMs` apart. */
function framesUntilFlush(intervalMs: number, overrides: Partial<BatchState>): number {
  for (let count = 1; count <= 100; count++) {
    if (batcher.decide(frames(count, { oldestWaitMs: (count - 1) * intervalMs, ...overrides })).flush)
      return count;
  }
  return Number.POSITIVE_INFINITY;
}

describe('DeadlineBatcher', () => {
  it('sends the first batch as soon as it has its duration', () => {
    expect(batcher.decide(frames(2, { batchesSent: 0, bufferAheadMs: 0, oldestWaitMs: 1 })).flush).toBe(
      false,
    );
    expect(batcher.decide(frames(3, { batchesSent: 0, bufferAheadMs: 0, oldestWaitMs: 1 }))).toEqual({
      flush: true,
      reason: 'first batch',
    });
  });

  it('does not hold the first frame of a slow source longer than the first batch lasts', () => {
    const early = batcher.decide(frames(1, { batchesSent: 0, bufferAheadMs: 0, oldestWaitMs: 45 }));
    expect(early).toMatchObject({ flush: false, recheckAfterMs: 15 });
    expect(batcher.decide(frames(1, { batchesSent: 0, bufferAheadMs: 0, oldestWaitMs: 60 })).flush).toBe(
      true,
    );
  });

  it('sends one long frame at once when it covers the first batch', () => {
    const one = state({
      frameCount: 1,
      durationMs: 60,
      payloadBytes: 200,
      batchesSent: 0,
      bufferAheadMs: 0,
      oldestWaitMs: 0,
    });
    expect(batcher.decide(one).flush).toBe(true);
  });

  it('doubles the batches of a fast source up to the longest, even while the lead is not known', () => {
    const grown = [0, 1, 2, 3, 9].map((batchesSent) =>
      framesUntilFlush(0.2, { batchesSent, bufferAheadMs: 0 }),
    );
    expect(grown).toEqual([3, 6, 12, 17, 17]);
  });

  it('keeps to the first duration with a source in real time while the lead is short', () => {
    const sizes = [1, 2, 9].map((batchesSent) => framesUntilFlush(20, { batchesSent, bufferAheadMs: 60 }));
    expect(sizes.every((size) => size <= 3)).toBe(true);
  });

  it('never waits for a batch longer than half of the lead', () => {
    expect(framesUntilFlush(5, { bufferAheadMs: 400 })).toBe(10);
    expect(framesUntilFlush(5, { bufferAheadMs: 5000 })).toBe(17);
  });

  it('sends what waited a quarter of the lead', () => {
    expect(batcher.decide(frames(2, { bufferAheadMs: 800, oldestWaitMs: 199 }))).toMatchObject({
      flush: false,
      recheckAfterMs: 1,
    });
    expect(batcher.decide(frames(2, { bufferAheadMs: 800, oldestWaitMs: 200 }))).toEqual({
      flush: true,
      reason: 'waited',
    });
  });

  it('looks again within 5 % of the gathered audio while the lead is short', () => {
    const decision = batcher.decide(frames(4, { bufferAheadMs: 0, oldestWaitMs: 1 }));
    expect(decision).toMatchObject({ flush: false, recheckAfterMs: 3 });
    expect(batcher.decide(frames(4, { bufferAheadMs: 0, oldestWaitMs: 4 }))).toEqual({
      flush: true,
      reason: 'short lead',
    });
  });

  it('sends at the end of a phrase', () => {
    expect(batcher.decide(frames(1, { endsPhrase: true })).flush).toBe(true);
  });

  it('counts the bytes of the frame lengths', () => {
    const room = {
      frameCount: 10,
      durationMs: 100,
      nextFrameBytes: 100,
      settings: { firstMs: 40, maxMs: 1000 },
    };
    // 10 lengths of one byte, at most 3 of the frames longer than 251 bytes, and one byte for the next frame.
    expect(batcher.decide(state({ ...room, payloadBytes: 1086 - 100 - 14 })).flush).toBe(false);
    expect(batcher.decide(state({ ...room, payloadBytes: 1086 - 100 - 13 })).reason).toBe('packet full');
  });

  it('takes nonsense for a lead as no lead', () => {
    for (const bufferAheadMs of [Number.NaN, -50]) {
      expect(batcher.decide(frames(3, { bufferAheadMs, oldestWaitMs: 20 }))).toEqual({
        flush: true,
        reason: 'short lead',
      });
    }
  });

  it('whatever the state: rechecks in the future, or sends a batch that has a frame', () => {
    const anyState = fc.record({
      frameCount: fc.integer({ min: 0, max: 60 }),
      frameMs: fc.constantFrom(2.5, 5, 10, 20, 40, 60),
      payloadBytes: fc.integer({ min: 0, max: 2000 }),
      oldestWaitMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
      batchesSent: fc.nat(5000),
      bufferAheadMs: fc.oneof(fc.constant(0), fc.double({ min: -1e3, max: 1e6 })),
      endsPhrase: fc.boolean(),
      nextFrameBytes: fc.integer({ min: 1, max: 1500 }),
      firstMs: fc.integer({ min: 1, max: 400 }),
      maxMs: fc.integer({ min: 1, max: 1000 }),
    });
    fc.assert(
      fc.property(anyState, ({ frameMs, firstMs, maxMs, ...rest }) => {
        const given = state({ ...rest, durationMs: rest.frameCount * frameMs, settings: { firstMs, maxMs } });
        const decision = batcher.decide(given);
        expect(decision.flush && given.frameCount === 0).toBe(false);
        if (decision.recheckAfterMs !== undefined) expect(decision.recheckAfterMs).toBeGreaterThanOrEqual(1);
        if (!decision.flush && given.frameCount > 0) {
          expect(decision.recheckAfterMs).toBeLessThanOrEqual(1000);
          expect(given.durationMs + frameMs).toBeLessThanOrEqual(maxMs);
          expect(given.payloadBytes + given.nextFrameBytes).toBeLessThan(given.maxPayloadBytes);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describeBatcher(
  { describe, it },
  { name: 'deadline', createFactory: () => ({ create: () => new DeadlineBatcher() }) },
);
