import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FrameTally } from './frame-recorder.js';

describe('FrameTally', () => {
  it('counts frames once and repeats apart, and digests in the order played', () => {
    const tally = new FrameTally();
    tally.add(0, Uint8Array.of(1, 2));
    tally.add(1, Uint8Array.of(3));
    const before = tally.digest();
    tally.add(1, Uint8Array.of(3));
    expect([tally.count, tally.duplicated]).toEqual([2, 1]);
    expect(before).toBe(
      createHash('sha256')
        .update(Uint8Array.of(1, 2, 3))
        .digest('hex'),
    );
    expect(tally.digest()).not.toBe(before);
  });
});
