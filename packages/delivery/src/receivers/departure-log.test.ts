import { describe, expect, it } from 'vitest';
import { DepartureLog } from './departure-log.js';

describe('DepartureLog', () => {
  it('tell greetings that a BYE has overtaken from those that follow it', () => {
    const departures = new DepartureLog();
    expect(departures.isOvertaken('ear', 50, 1000)).toBe(false);
    departures.add('ear', 1000);
    expect(departures.isOvertaken('ear', 50, 1010)).toBe(true);
    expect(departures.isOvertaken('ear', 50, 1060)).toBe(false);
    expect(departures.isOvertaken('other', 50, 1010)).toBe(false);
  });

  it('are remembered of the latest 64 receivers', () => {
    const departures = new DepartureLog();
    for (let at = 0; at < 64; at++) departures.add(`ear-${at}`, 1000);
    departures.add('ear-0', 1001);
    departures.add('ear-64', 1002);
    const isKnown = (at: number): boolean => departures.isOvertaken(`ear-${at}`, 500, 1100);
    expect([isKnown(0), isKnown(1), isKnown(2), isKnown(64)]).toEqual([true, false, true, true]);
  });
});
