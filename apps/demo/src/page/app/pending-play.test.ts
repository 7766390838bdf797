import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PendingPlay } from './pending-play.js';

let isHeard: boolean;
let spoken: string[];
let pending: PendingPlay<string>;

beforeEach(() => {
  vi.useFakeTimers();
  isHeard = false;
  spoken = [];
  pending = new PendingPlay(
    () => isHeard,
    (request) => spoken.push(request),
  );
});
afterEach(() => vi.useRealTimers());

describe('PendingPlay', () => {
  it('speaks at once where it is heard', () => {
    isHeard = true;
    pending.play('a');
    expect([spoken, pending.isWaiting]).toEqual([['a'], false]);
  });

  it('waits until it is heard, and speaks once', () => {
    pending.play('a');
    pending.check();
    expect([spoken, pending.isWaiting]).toEqual([[], true]);
    isHeard = true;
    pending.check();
    pending.check();
    vi.advanceTimersByTime(60_000);
    expect([spoken, pending.isWaiting]).toEqual([['a'], false]);
  });

  it('speaks to whoever is there after a limited time', () => {
    pending.play('a');
    vi.advanceTimersByTime(14_999);
    expect(spoken).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(spoken).toEqual(['a']);
  });

  it('speaks the last of several, and nothing that was cancelled', () => {
    pending.play('a');
    pending.play('b');
    pending.cancel();
    vi.advanceTimersByTime(60_000);
    pending.play('c');
    pending.play('d');
    isHeard = true;
    pending.check();
    expect(spoken).toEqual(['d']);
  });
});
