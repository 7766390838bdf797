import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisStepMs, axisWidthMs } from './timeline.js';

describe('the axis of the timelines', () => {
  it('has room for the duration, is not far too wide, and has a few marks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_600_000 }), (durationMs) => {
        const widthMs = axisWidthMs(durationMs);
        expect(widthMs).toBeGreaterThan(durationMs);
        expect(widthMs).toBeLessThanOrEqual(
          Math.max(4000, 1.7 * durationMs + 120_000 * Number(durationMs > 550_000)),
        );
        const marks = widthMs / axisStepMs(widthMs);
        expect(marks).toBeGreaterThanOrEqual(1);
        if (widthMs <= 600_000) expect(marks).toBeLessThanOrEqual(6.1);
      }),
    );
  });
});
