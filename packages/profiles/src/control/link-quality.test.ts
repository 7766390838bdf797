import type { LinkState } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { widestLink } from './link-quality.js';

function link(receiver: string, lossPercent: number, capacityBytesPerSecond?: number): LinkState {
  const capacity = capacityBytesPerSecond === undefined ? {} : { capacityBytesPerSecond };
  return { receiver, lossPercent, ...capacity } as LinkState;
}

describe('widestLink', () => {
  it.each([
    ['the one without a limit', [link('a', 0, 60_000), link('b', 4), link('c', 0, 4000)], 'b'],
    ['the one with the highest limit', [link('a', 0, 4000), link('b', 4, 5000)], 'b'],
    ['of equals, the one that loses least', [link('a', 2), link('b', 1), link('c', 3)], 'b'],
    ['of equals, the first', [link('a', 1), link('b', 1)], 'a'],
  ])('is %s', (_, links, expected) => {
    expect(widestLink(links)?.receiver).toBe(expected);
  });

  it('is none where there is none', () => {
    expect(widestLink([])).toBeUndefined();
  });
});
