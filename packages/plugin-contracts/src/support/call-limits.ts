import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import assert from 'node:assert/strict';
import { withTimeout } from '@eloquence/base';
import { type Clock, createSystemClock, type Disposable, toDisposable } from '@eloquence/plugin-api';

/** Time that 95 % of the calls take at most, ms. The first calls, which compile the code, are left out. */
export function callTimeP95Ms(calls: number, call: (index: number) => unknown): number {
  for (let index = 0; index < 20; index++) call(index);
  const times = Array.from({ length: calls }, (_, index) => {
    const startMs = performance.now();
    call(index);
    return performance.now() - startMs;
  });
  return times.sort((a, b) => a - b)[Math.floor(calls * 0.95)]!;
}

/** Bytes on the heap that something still refers to. */
export function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Waits for `work`, and fails if it takes longer than `limitMs`: a contract broken by waiting is broken too. */
export function within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  return withTimeout(work, {
    clock: createSystemClock(),
    ms: limitMs,
    error: () => new assert.AssertionError({ message: `${what} takes more than ${limitMs} ms` }),
  });
}

/** Real time, with account of the timers that are waiting: those left behind by a plugin are leaks. */
export class CountingClock implements Clock {
  readonly #clock = createSystemClock();
  #pendingTimers = 0;

  get pendingTimers(): number {
    return this.#pendingTimers;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  setTimer(callback: () => void, delayMs: number): Disposable {
    this.#pendingTimers++;
    const done = toDisposable(() => this.#pendingTimers--);
    const timer = this.#clock.setTimer(() => {
      done.dispose();
      callback();
    }, delayMs);
    return toDisposable(() => {
      done.dispose();
      timer.dispose();
    });
  }
}
