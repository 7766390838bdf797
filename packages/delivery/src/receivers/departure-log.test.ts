import { describe, expect, it } from 'vitest';
import { DepartureLog } from './departure-log.js';

describe('DepartureLog', () => {
  it('tell greetings that a BYE has overtaken from those that follow it', () => {
    const farewells = new DepartureLog();
    expect(farewells.isOvertaken('ear', 50, 1000)).toBe(false);
    farewells.add('ear', 1000);
    expect(farewells.isOvertaken('ear', 50, 1010)).toBe(true);
    expect(farewells.isOvertaken('ear', 50, 1060)).toBe(false);
    expect(farewells.isOvertaken('other', 50, 1010)).toBe(false);
  });

  it('are remembered of the latest 64 receivers', () => {
    const farewells = new DepartureLog();
    for (let at = 0; at < 64; at++) farewells.add(`ear-${at}`, 1000);
    farewells.add('ear-0', 1001);
    farewells.add('ear-64', 1002);
    const isKnown = (at: number): boolean => farewells.isOvertaken(`ear-${at}`, 500, 1100);
    expect([isKnown(0), isKnown(1), isKnown(2), isKnown(64)]).toEqual([true, false, true, true]);
  });
});
