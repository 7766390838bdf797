import { type Clock, abortedError } from '@eloquence/plugin-api';
import { onAbort } from './on-abort.js';

export interface TimeoutOptions<T = unknown> {
  readonly clock: Clock;
  /** Longest wait, ms. */
  readonly ms: number;
  /** Ends the wait early. The rejection is its reason, or `ABORTED` if that is no error. */
  readonly signal?: AbortSignal | undefined;
  /** Makes the rejection when time is up. */
  readonly error: () => Error;
  /** Receives a rejection that came after the wait had ended. */
  readonly onLateRejection?: ((error: unknown) => void) | undefined;
  /** Receives a result that came after the wait had ended: what it holds has no other owner. */
  readonly onLateResult?: ((result: T) => void) | undefined;
}

/**
 * Waits for a promise, or calls a function and waits for its result, but no longer than `ms`. A call that blocks for
 * longer before it returns its promise counts as having taken too long as well. The work itself cannot be stopped.
 * Leaves neither timer nor listener behind.
 */
export function withTimeout<T>(
  work: PromiseLike<T> | (() => T | PromiseLike<T>),
  options: TimeoutOptions<T>,
): Promise<T> {
  const { clock, ms, signal } = options;
  return new Promise<T>((resolve, reject) => {
    let isSettled = false;
    const settle = (): boolean => {
      if (isSettled) return false;
      isSettled = true;
      timer?.dispose();
      waiting?.dispose();
      return true;
    };
    const abort = (): void => {
      if (settle()) reject(signal?.reason instanceof Error ? signal.reason : abortedError(signal));
    };
    const onTimeout = (): void => {
      if (settle()) reject(options.error());
    };
    const onError = (error: unknown): void => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever was thrown is passed on
      if (settle()) reject(error);
      else options.onLateRejection?.(error);
    };
    const startMs = clock.nowMs();
    const timer = signal?.aborted ? undefined : clock.setTimer(onTimeout, ms);
    const waiting = signal?.aborted === false ? onAbort(signal, abort) : undefined;
    if (signal?.aborted) abort();
    let result: T | PromiseLike<T>;
    if (typeof work === 'function') {
      if (isSettled) return;
      try {
        result = work();
      } catch (error) {
        onError(error);
        return;
      }
      if (clock.nowMs() - startMs > ms) onTimeout();
    } else {
      result = work;
    }
    // Not `await`: a thenable of foreign code is adopted by Promise.resolve, whatever it does.
    Promise.resolve(result).then((value) => {
      if (settle()) resolve(value);
      else options.onLateResult?.(value);
    }, onError);
  });
}
