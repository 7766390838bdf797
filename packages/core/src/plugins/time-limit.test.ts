import { VirtualClock } from '@eloquence/base';
import { type Clock, toDisposable } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { type TimeLimit, withTimeLimit } from './time-limit.js';

const limitOn = (clock: Clock, more: Partial<TimeLimit> = {}): TimeLimit => ({
  clock,
  limitMs: 100,
  createTimeoutError: () => new Error('time is up'),
  ...more,
});

describe('withTimeLimit', () => {
  it('takes a call that blocks for too long for one that took too long', async () => {
    // As on a real clock: no timer fires while the thread is blocked.
    let nowMs = 0;
    const clock: Clock = { nowMs: () => nowMs, setTimer: () => toDisposable(() => undefined) };
    const block = (ms: number) => () => (nowMs += ms);
    await expect(withTimeLimit(block(101), limitOn(clock))).rejects.toThrow('time is up');
    await expect(withTimeLimit(block(100), limitOn(clock))).resolves.toBe(201);
  });

  it('does not call with a signal that is aborted', async () => {
    const reason = new Error('before');
    const clock = new VirtualClock();
    let isCalled = false;
    const limit = limitOn(clock, { signal: AbortSignal.abort(reason) });
    await expect(withTimeLimit(() => (isCalled = true), limit)).rejects.toBe(reason);
    expect(isCalled).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it('survives a thenable that never answers, answers twice, or throws in then', async () => {
    const clock = new VirtualClock();
    const twice = {
      then: (resolve: (value: number) => void) => (resolve(1), resolve(2)),
    } as PromiseLike<number>;
    await expect(withTimeLimit(() => twice, limitOn(clock))).resolves.toBe(1);
    const throwing = {
      then: () => {
        throw new Error('in then');
      },
    } as PromiseLike<number>;
    await expect(withTimeLimit(() => throwing, limitOn(clock))).rejects.toThrow('in then');
    const silent = { then: () => undefined } as unknown as PromiseLike<number>;
    const wait = expect(withTimeLimit(() => silent, limitOn(clock))).rejects.toThrow('time is up');
    await clock.advanceAsync(100);
    await wait;
    expect(clock.pendingTimers).toBe(0);
  });
});
