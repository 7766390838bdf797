import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.js';

describe('nearestName', () => {
  const keys = ['rttMs', 'jitterMs', 'lossPercent', 'burstMs', 'rateKbps', 'queueMs'];

  it.each([
    ['rtt', 'rttMs'],
    ['rttms', 'rttMs'],
    ['loss', 'lossPercent'],
    ['jiterMs', 'jitterMs'],
    ['rateKpbs', 'rateKbps'],
    ['queue', 'queueMs'],
  ])('%s → %s', (name, expected) => {
    expect(nearestName(name, keys)).toBe(expected);
  });

  it('prefers the exact name to another case', () => {
    expect(nearestName('s', ['S', 's'])).toBe('s');
  });
});
