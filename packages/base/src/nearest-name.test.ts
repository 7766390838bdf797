import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completedName, nameHint, nearestName } from './nearest-name.js';

describe('nearestName', () => {
  it.each([
    ['opsu', ['opus', 'pcm'], 'opus'],
    ['PCM', ['opus', 'pcm'], 'pcm'],
    ['BALANCED', ['ULTRA_PERFORMANCE', 'BALANCED_OPTIMAL'], undefined],
    ['BALANCED_OPTIMUM', ['ULTRA_PERFORMANCE', 'BALANCED_OPTIMAL'], 'BALANCED_OPTIMAL'],
    ['codec', ['codecs', 'batchers'], 'codecs'],
    ['x', ['pcm', 'opus'], undefined],
    ['ab', ['xy'], undefined],
    ['', ['a'], undefined],
    ['flac', [], undefined],
  ])('%s among %j is %s', (value, candidates, expected) => {
    expect(nearestName(value, candidates)).toBe(expected);
  });

  it('does not depend on the order of the candidates, and finds an exact name', () => {
    const name = fc.stringMatching(/^[a-c]{1,5}$/);
    fc.assert(
      fc.property(name, fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), (value, candidates) => {
        const found = nearestName(value, candidates);
        expect(nearestName(value, [...candidates].reverse())).toBe(found);
        if (candidates.includes(value)) expect(found).toBe(value);
      }),
    );
  });

  it('is bounded for huge input', () => {
    expect(nearestName('a'.repeat(1_000_000), ['b'.repeat(1_000_000)])).toBeUndefined();
  });
});

describe('completedName', () => {
  const keys = ['rttMs', 'jitterMs', 'lossPercent', 'burstMs', 'rateKbps', 'queueMs'];

  it.each([
    ['rtt', 'rttMs'],
    ['rttms', 'rttMs'],
    ['loss', 'lossPercent'],
    ['jiterMs', 'jitterMs'],
    ['rateKpbs', 'rateKbps'],
    ['queue', 'queueMs'],
  ])('%s → %s', (name, expected) => {
    expect(completedName(name, keys)).toBe(expected);
  });

  it('prefers the exact name to another case', () => {
    expect(completedName('s', ['S', 's'])).toBe('s');
  });
});

describe('nameHint', () => {
  it('lists what there is when nothing is near', () => {
    expect(nameHint('zzzzzz', ['b', 'a'])).toBe("There is 'a', 'b'.");
    expect(nameHint('zzzzzz', [])).toBe('There is none.');
    expect(
      nameHint(
        'zzzzzz',
        Array.from({ length: 25 }, (_, i) => `name${i}`),
      ),
    ).toContain('and 5 more');
  });
});
