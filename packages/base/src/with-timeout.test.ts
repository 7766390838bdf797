import { type Clock, toDisposable } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.js';
import { type TimeoutOptions, withTimeout } from './with-timeout.js';

const limitOn = (clock: Clock, more: Partial<TimeoutOptions> = {}): TimeoutOptions => ({
  clock,
  ms: 100,
  error: () => new Error('time is up'),
  ...more,
});

describe('withTimeout', () => {
  it('takes a call that blocks for too long for one that took too long', async () => {
    // As on a real clock: no timer fires while the thread is blocked.
    let nowMs = 0;
    const clock: Clock = { nowMs: () => nowMs, setTimer: () => toDisposable(() => undefined) };
    const block = (ms: number) => () => (nowMs += ms);
    await expect(withTimeout(block(101), limitOn(clock))).rejects.toThrow('time is up');
    await expect(withTimeout(block(100), limitOn(clock))).resolves.toBe(201);
  });

  it('does not call with a signal that is aborted', async () => {
    const reason = new Error('before');
    const clock = new VirtualClock();
    let isCalled = false;
    const limit = limitOn(clock, { signal: AbortSignal.abort(reason) });
    await expect(withTimeout(() => (isCalled = true), limit)).rejects.toBe(reason);
    expect(isCalled).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it('survives a thenable that never answers, answers twice, or throws in then', async () => {
    const clock = new VirtualClock();
    const twice = {
      then: (resolve: (value: number) => void) => (resolve(1), resolve(2)),
    } as PromiseLike<number>;
    await expect(withTimeout(() => twice, limitOn(clock))).resolves.toBe(1);
    const throwing = {
      then: () => {
        throw new Error('in then');
      },
    } as PromiseLike<number>;
    await expect(withTimeout(() => throwing, limitOn(clock))).rejects.toThrow('in then');
    const silent = { then: () => undefined } as unknown as PromiseLike<number>;
    const wait = expect(withTimeout(() => silent, limitOn(clock))).rejects.toThrow('time is up');
    await clock.advanceAsync(100);
    await wait;
    expect(clock.pendingTimers).toBe(0);
  });
});
