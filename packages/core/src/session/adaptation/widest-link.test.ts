import type { LinkState, ReceiverOutlook } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { widestLink } from './widest-link.js';

function outlook(receiver: string, lossPercent: number, capacityBytesPerSecond?: number): ReceiverOutlook {
  const capacity = capacityBytesPerSecond === undefined ? {} : { capacityBytesPerSecond };
  return { conditions: { receiver, lossPercent, ...capacity } as LinkState };
}

describe('widestLink', () => {
  it.each([
    ['the one without a limit', [outlook('a', 0, 60_000), outlook('b', 4), outlook('c', 0, 4000)], 'b'],
    ['the one with the highest limit', [outlook('a', 0, 4000), outlook('b', 4, 5000)], 'b'],
    ['of equals, the one that loses least', [outlook('a', 2), outlook('b', 1), outlook('c', 3)], 'b'],
    ['of equals, the first', [outlook('a', 1), outlook('b', 1)], 'a'],
  ])('is %s', (_, receivers, expected) => {
    expect(widestLink(receivers)?.receiver).toBe(expected);
  });

  it('is none where there is none', () => {
    expect(widestLink([])).toBeUndefined();
  });
});
