import { createSeededRandom } from '@eloquence/base';
import { describe, expect, it } from 'vitest';
import { DelayTrend } from './delay-trend.js';

describe('the delay trend', () => {
  it('finds a growing queue under noise and outliers', () => {
    const random = createSeededRandom(3);
    const trend = new DelayTrend();
    for (let at = 0; at < 40; at++)
      trend.add(at * 250, at * 250 * 0.02 + random.next() * 5 + (at % 9 === 0 ? 200 : 0));
    expect(trend.msPerSecond).toBeGreaterThan(15);
    expect(trend.msPerSecond).toBeLessThan(25);
  });

  it('is zero on a steady link, and without samples', () => {
    const trend = new DelayTrend();
    expect(trend.msPerSecond).toBe(0);
    for (let at = 0; at < 100; at++) trend.add(at * 250, 12);
    expect(trend.msPerSecond).toBe(0);
  });

  it('forgets what is older than 40 samples', () => {
    const trend = new DelayTrend();
    for (let at = 0; at < 40; at++) trend.add(at * 250, at * 100);
    for (let at = 40; at < 80; at++) trend.add(at * 250, 5);
    expect(trend.msPerSecond).toBe(0);
  });
});
