import { describe, expect, it } from 'vitest';
import { openFewAtOnce } from './open-few-at-once.js';

describe('openFewAtOnce', () => {
  it('opens all in order, at most three at a time', async () => {
    let open = 0;
    let most = 0;
    const opened = await openFewAtOnce([1, 2, 3, 4, 5, 6, 7], async (value) => {
      most = Math.max(most, ++open);
      await Promise.resolve();
      open--;
      return 10 * value;
    });
    expect(opened).toEqual([10, 20, 30, 40, 50, 60, 70]);
    expect(most).toBe(3);
  });

  it('lets those that were begun settle, and begins no others, when one fails', async () => {
    const settled: number[] = [];
    const opening = openFewAtOnce([1, 2, 3, 4], async (value) => {
      if (value === 1) throw new Error('no');
      await Promise.resolve();
      settled.push(value);
      return value;
    });
    await expect(opening).rejects.toThrow('no');
    expect(settled).toEqual([2, 3]);
  });
});
