import { describe, expect, it } from 'vitest';
import { PingLedger, QuestionTimes } from './ping-ledger.js';

describe('PingLedger', () => {
  it('counts each ping once, and takes no lost answer for a lost ping', () => {
    const ledger = new PingLedger(0xfffe);
    const nonces = Array.from({ length: 6 }, () => ledger.take());
    expect(nonces).toEqual([0xfffe, 0xffff, 0, 1, 2, 3]);
    expect(ledger.answered(0xfffe, 0)).toEqual({ arrived: 1, lost: 0 });
    // The ping 0xffff was lost, and so were the answers to 0 and 1.
    expect(ledger.answered(2, 0b1011)).toEqual({ arrived: 3, lost: 1 });
    expect(ledger.answered(3, 0b10111)).toEqual({ arrived: 1, lost: 0 });
  });

  it('learns nothing from answers that are late, to nothing asked, or without an account', () => {
    const ledger = new PingLedger(10);
    for (let count = 0; count < 4; count++) ledger.take();
    expect(ledger.answered(12, 0b11)).toEqual({ arrived: 3, lost: 0 });
    expect(ledger.answered(11, 1)).toEqual({ arrived: 0, lost: 0 });
    expect(ledger.answered(14, 0)).toEqual({ arrived: 0, lost: 0 });
    expect(ledger.answered(13, undefined)).toEqual({ arrived: 0, lost: 0 });
  });

  it('counts nothing as lost that was asked of a receiver whose place another has taken', () => {
    const ledger = new PingLedger(0);
    for (let count = 0; count < 20; count++) ledger.take();
    ledger.restart();
    expect(ledger.answered(ledger.take(), 0)).toEqual({ arrived: 1, lost: 0 });
    expect(ledger.answered(5, 0)).toEqual({ arrived: 0, lost: 0 });
  });

  it('says nothing of pings beyond what an answer tells', () => {
    const ledger = new PingLedger(0);
    for (let count = 0; count < 50; count++) ledger.take();
    expect(ledger.answered(49, 0)).toEqual({ arrived: 1, lost: 32 });
  });
});

describe('QuestionTimes', () => {
  it('knows how long ago a question was, however long, and nothing of one that was not asked', () => {
    const times = new QuestionTimes();
    times.add(7, 1000.4);
    expect(times.elapsedMs(7, 1040)).toBe(40);
    expect(times.elapsedMs(7, 71_000)).toBe(70_000);
    expect(times.elapsedMs(8, 1040)).toBeUndefined();
  });

  it('remembers the latest 256, and the latest use of a number', () => {
    const times = new QuestionTimes();
    for (let nonce = 0; nonce < 1000; nonce++) times.add(nonce, nonce);
    expect([743, 744, 999].map((nonce) => times.elapsedMs(nonce, 1000))).toEqual([undefined, 256, 1]);
    times.add(744, 2000);
    expect(times.elapsedMs(744, 2030)).toBe(30);
  });
});
