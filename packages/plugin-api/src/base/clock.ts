import { type Disposable, toDisposable } from './disposable.js';
import { createToken } from './token.js';

/**
 * The only source of time in Eloquence. Engines take one by injection, so that a test or a simulation can
 * run them on virtual time.
 */
export interface Clock {
  /** Monotonic time in ms; its origin has no meaning. */
  nowMs(): number;
  /** Runs `callback` once after `delayMs`; disposing the handle cancels it. */
  setTimer(callback: () => void, delayMs: number): Disposable;
}

export const Clock = createToken<Clock>('core.clock', 'root');

/**
 * Real time. On Linux `process.hrtime` reads one clock for all processes of a machine, so that two processes
 * can compare their readings; elsewhere `performance.now()` is used.
 */
export function createSystemClock(): Clock {
  const hrtime = typeof process === 'undefined' ? undefined : process.hrtime;
  return {
    nowMs: hrtime ? () => Number(hrtime.bigint() / 1000n) / 1000 : () => performance.now(),
    setTimer(callback, delayMs) {
      const handle = setTimeout(callback, Math.max(0, delayMs));
      return toDisposable(() => clearTimeout(handle));
    },
  };
}
