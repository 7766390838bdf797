import { describe, expect, it } from 'vitest';
import { ByeLog } from './bye-log.js';

describe('ByeLog', () => {
  it('tell greetings that a BYE has overtaken from those that follow it', () => {
    const byes = new ByeLog();
    expect(byes.isOvertaken('ear', 50, 1000)).toBe(false);
    byes.add('ear', 1000);
    expect(byes.isOvertaken('ear', 50, 1010)).toBe(true);
    expect(byes.isOvertaken('ear', 50, 1060)).toBe(false);
    expect(byes.isOvertaken('other', 50, 1010)).toBe(false);
  });

  it('are remembered of the latest 64 receivers', () => {
    const byes = new ByeLog();
    for (let at = 0; at < 64; at++) byes.add(`ear-${at}`, 1000);
    byes.add('ear-0', 1001);
    byes.add('ear-64', 1002);
    const isKnown = (at: number): boolean => byes.isOvertaken(`ear-${at}`, 500, 1100);
    expect([isKnown(0), isKnown(1), isKnown(2), isKnown(64)]).toEqual([true, false, true, true]);
  });
});
