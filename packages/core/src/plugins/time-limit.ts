import type { Clock } from '@eloquence/plugin-api';

export interface TimeLimit<T = unknown> {
  readonly clock: Clock;
  readonly limitMs: number;
  /** Ends the wait early; its reason is the rejection. */
  readonly signal?: AbortSignal | undefined;
  /** Makes the rejection when time is up. */
  readonly createTimeoutError: () => Error;
  /** Told of a rejection that came after the wait had ended. */
  readonly onLateRejection?: (error: unknown) => void;
  /** Given a result that came after the wait had ended: what it holds has no other owner. */
  readonly onLateResult?: ((result: T) => void) | undefined;
}

/**
 * Runs foreign code and waits for it, but no longer than the limit. A call that blocks for longer before it returns
 * its promise counts as having taken too long as well. Leaves neither timer nor listener behind.
 */
export function withTimeLimit<T>(run: () => T | PromiseLike<T>, limit: TimeLimit<T>): Promise<T> {
  const { clock, limitMs, signal } = limit;
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    let isSettled = false;
    const settle = (): boolean => {
      if (isSettled) return false;
      isSettled = true;
      timer.dispose();
      signal?.removeEventListener('abort', onAbort);
      return true;
    };
    const onAbort = (): void => {
      if (settle()) reject(signal?.reason as Error);
    };
    const onTimeout = (): void => {
      if (settle()) reject(limit.createTimeoutError());
    };
    const onError = (error: unknown): void => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever was thrown is passed on
      if (settle()) reject(error);
      else limit.onLateRejection?.(error);
    };
    const startMs = clock.nowMs();
    const timer = clock.setTimer(onTimeout, limitMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    let result: T | PromiseLike<T>;
    try {
      result = run();
    } catch (error) {
      onError(error);
      return;
    }
    if (clock.nowMs() - startMs > limitMs) onTimeout();
    // Not `await`: a thenable of foreign code is adopted by Promise.resolve, whatever it does.
    Promise.resolve(result).then((value) => {
      if (settle()) resolve(value);
      else limit.onLateResult?.(value);
    }, onError);
  });
}
