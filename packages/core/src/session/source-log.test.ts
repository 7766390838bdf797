import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceLog } from './source-log.js';

describe('SourceLog', () => {
  it('tells the bytes of the frames that begin at a position or later', () => {
    const log = new SourceLog();
    for (const bytes of [10, 20, 30]) log.addFrame(20, bytes);
    expect([0, 1, 20, 21, 40, 41, 1000].map((startMs) => log.bytesFrom(startMs))).toEqual([
      60, 50, 50, 30, 30, 0, 0,
    ]);
    expect(log.totalBytes).toBe(60);
  });

  it('agrees with a plain list', () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(2.5, 10, 20, 60), fc.integer({ min: 1, max: 1000 })));
    fc.assert(
      fc.property(frames, fc.integer({ min: 0, max: 3000 }), (all, startMs) => {
        const log = new SourceLog();
        let [positionMs, expected] = [0, 0];
        for (const [durationMs, bytes] of all) {
          log.addFrame(durationMs, bytes);
          if (positionMs >= startMs) expected += bytes;
          positionMs += durationMs;
        }
        expect(log.bytesFrom(startMs)).toBe(expected);
      }),
    );
  });

  it('stays bounded, keeps the first and the last piece, and errs by little', () => {
    const log = new SourceLog();
    const count = 100_000;
    for (let at = 0; at < count; at++) {
      log.addPiece(at, 20 * at);
      log.addFrame(20, 60);
    }
    expect(log.pieces.length).toBeLessThanOrEqual(4097);
    expect(log.pieces.length).toBeGreaterThan(1024);
    expect(log.pieces[0]).toEqual({ atMs: 0, startMs: 0 });
    expect(log.pieces.at(-1)).toEqual({ atMs: count - 1, startMs: 20 * (count - 1) });
    expect(log.totalBytes).toBe(60 * count);
    for (const share of [0.1, 0.5, 0.9]) {
      const error = log.bytesFrom(share * count * 20) - (1 - share) * count * 60;
      expect(Math.abs(error)).toBeLessThan(0.001 * count * 60);
    }
  });
});
