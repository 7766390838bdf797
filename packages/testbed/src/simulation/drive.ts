import type { VirtualClock } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';

const STEP_MS = 20;

/**
 * Lets virtual time pass until `promise` is settled.
 *
 * @throws what `promise` rejects with; EloquenceError `INTERNAL` if it is still open after `limitMs` of virtual time
 */
export async function drive<T>(clock: VirtualClock, promise: Promise<T>, limitMs: number): Promise<T> {
  let isSettled = false;
  const mark = (): void => {
    isSettled = true;
  };
  promise.then(mark, mark);
  const endMs = clock.nowMs() + limitMs;
  await clock.advanceAsync(0);
  while (!isSettled && clock.nowMs() < endMs) await clock.advanceAsync(STEP_MS);
  if (!isSettled) {
    throw new EloquenceError('INTERNAL', `Nothing came of it within ${limitMs} ms of virtual time.`, {
      value: limitMs,
    });
  }
  return await promise;
}

/** Real time's turn: signals are seen, and memory can be given back. Nothing on virtual time depends on it. */
export function yieldToProcess(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
