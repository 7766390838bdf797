import assert from 'node:assert/strict';
import { withTimeout } from '@eloquence/base';
import { createSystemClock } from '@eloquence/plugin-api';

/** Waits for `work`, and fails if it takes longer than `limitMs`: a contract broken by waiting is broken too. */
export function within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  return withTimeout(work, {
    clock: createSystemClock(),
    ms: limitMs,
    error: () => new assert.AssertionError({ message: `${what} takes more than ${limitMs} ms` }),
  });
}
